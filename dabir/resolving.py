"""Who is who: the warehouse's people, posts and institutions brought up to its records, and verdicts on them."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, Engine, text

from dabir.extraction import rules_version
from db import judgements, resolution
from db.judgements import Kind, Verdict
from parsing.letters import fold
from parsing.namesakes import name_key, spellings


@cache
def resolution_version() -> str:
    """Which rules read and compare names here: those of extraction and the code that tells namesakes apart."""
    digest = hashlib.sha256()
    for name in ("bodies.py", "mentions.py", "people.py", "person_rows.py", "posts.py", "resolution.py"):
        digest.update(files("db").joinpath(name).read_bytes())
    return f"{rules_version()}+{digest.hexdigest()[:12]}"


def resolve(
    engine: Engine, on_progress: Callable[[resolution.Resolved], None] = lambda done: None
) -> resolution.Resolved:
    """Resolve what changed since the last run, by the rules of today."""
    return resolution.resolve(engine, rules=resolution_version(), on_progress=on_progress)


def judge(engine: Engine, kind: Kind, left: str, right: str, verdict: Verdict, reason: str) -> int:
    """Note a verdict of whoever runs this, on two ids or keys, and resolve by it; the id of the judgement.

    Raises db.judgements.CannotJudge.
    """
    one, other = (int(side) if side.lstrip("-").isdigit() else side for side in (left, right))
    by, now = getpass.getuser(), datetime.now(UTC)
    given = judgements.judge(engine, kind, one, other, verdict, reason=reason, judged_by=by, judged_at=now)
    resolve(engine)
    return given


def revoke(engine: Engine, judgement_id: int) -> int:
    """Take a verdict back and resolve without it; how many pairs of keys it was on. Raises CannotJudge."""
    revoked = judgements.revoke(engine, judgement_id, revoked_at=datetime.now(UTC))
    resolve(engine)
    return revoked


def known_as(connection: Connection, kind: Kind, name: str) -> dict[int, tuple[str, dict[str, int]]]:
    """People or institutions called `name`, spelling aside: name and keys with their mentions, by id."""
    folded = fold(name)
    if kind == "person":
        names = spellings([name_key(folded)])
        query = "select p.person_id, p.name from persons p where person_id in "
        query += "(select person_id from person_names where name_fold = any(:names)) order by 1"
    else:
        names = [folded]
        query = "select b.body_id, b.name from bodies b where body_id in "
        query += "(select body_id from body_names where name_fold = any(:names)) order by 1"
    rows = connection.execute(text(query), {"names": names}).all()
    return {entity: (shown, judgements.keys_of(connection, kind, entity)) for entity, shown in rows}
