"""Verdicts of people on who is who: given, taken back, remembered beyond every re-extraction and re-resolution.

A verdict is about keys made of the words of articles: a name with a post (`db.people.Node`), an institution with its
place (`parsing.bodies`). It holds for whatever has these words, now or later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Literal

from psycopg import Cursor
from sqlalchemy import Connection, Engine, text

from db.identity import hash64
from parsing.bodies import full, institution
from parsing.namesakes import name_key, spellings
from parsing.offices import office
from parsing.places import province_of

type Kind = Literal["person", "body"]
type Verdict = Literal["same", "different"]

# Keys of a person or institution, the most mentioned first, that a verdict on the whole is about.
MOST_KEYS = 8


class CannotJudge(ValueError):
    """There is no such person, institution or judgement, or the verdict would say nothing."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts that hold: pairs of keys. Of a pair judged twice the later verdict holds."""

    same: frozenset[frozenset[str]]
    different: frozenset[frozenset[str]]

    def among(self, keys: Iterable[str]) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
        """The pairs of `same` and of `different` that are about two of `keys`."""
        known = set(keys)
        return {pair for pair in self.same if pair <= known}, {pair for pair in self.different if pair <= known}

    def groups(self) -> dict[str, set[str]]:
        """Keys that were judged the same, directly or over others, by each of them."""
        return _groups(self.same)

    def names_together(self) -> dict[str, set[str]]:
        """Names (the part of a key before the first slash) of which people were judged the same, by each of them."""
        return _groups(frozenset(key.partition("/")[0] for key in pair) for pair in self.same)


def _groups(pairs: Iterable[frozenset[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pair in pairs:
        together = set(pair).union(*(found.get(key, ()) for key in pair))
        for key in together:
            found[key] = together
    return found


def verdicts(cursor: Cursor[Any], kind: Kind) -> Verdicts:
    """The verdicts of `kind` that hold."""
    cursor.execute(
        "select distinct on (left_key, right_key) left_key, right_key, verdict from judgements "
        "where kind = %s and revoked_at is null order by left_key, right_key, judged_at desc, judgement_id",
        (kind,),
    )
    found: dict[str, set[frozenset[str]]] = {"same": set(), "different": set(), "unsure": set()}
    for left, right, verdict in cursor.fetchall():
        found[verdict].add(frozenset((left, right)))
    return Verdicts(frozenset(found["same"]), frozenset(found["different"]))


def node_key(name_fold: str, post: str | None, place: str | None, province: str | None, article_id: int) -> str:
    """The key of a mention: its name and post, and its article where the post is anybody's."""
    read = office(post, place, province_of(province) if province else None)
    key = f"{name_key(name_fold)}/{read.key}"
    return f"{key}/{article_id}" if read.is_vague else key


def keys_of(connection: Connection, kind: Kind, entity_id: int) -> dict[str, int]:
    """The keys of a person or institution with their mentions, the most mentioned first; empty where there is none."""
    found: Counter[str] = Counter()
    for row in connection.execute(_MENTIONS[kind], {"id": entity_id}):
        if kind == "person":
            found[node_key(row.name_fold, row.post, row.place, row.province, row.article_id)] += row.mentions
            continue
        stated = institution(row.name, row.kind, row.place, province_of(row.province) if row.province else None)
        if stated is not None:
            found[full(stated).key] += row.mentions
            found[stated.key] += 0
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


_MENTIONS = {
    "person": text(
        "select o.name_fold, o.post, o.place, coalesce(a.province, a.dateline) as province, a.article_id, "
        "count(*) as mentions from official_mentions m join officials o using (version_id, record_id) "
        "join articles a on a.current_version_id = m.version_id where m.person_id = :id group by 1, 2, 3, 4, 5"
    ),
    "body": text(
        "select o.name, o.kind, o.place, coalesce(a.province, a.dateline) as province, count(*) as mentions "
        "from organization_mentions m join organizations o using (version_id, record_id) "
        "join articles a on a.current_version_id = m.version_id where m.body_id = :id group by 1, 2, 3, 4"
    ),
}


def judge(
    engine: Engine,
    kind: Kind,
    left: int | str,
    right: int | str,
    verdict: Verdict,
    *,
    reason: str,
    judged_by: str,
    judged_at: datetime,
) -> int:
    """Note that `left` and `right` are the same or different; the id of the judgement, for taking it back.

    Each is the id of a person or institution, which stands for its MOST_KEYS keys most met, or one key. It takes effect
    with the next resolution. Raises CannotJudge where there is no such thing, or both are one and the same.
    """
    with engine.begin() as connection:
        sides = [_keys(connection, kind, side) for side in (left, right)]
        pairs = sorted({(min(pair), max(pair)) for pair in product(*sides) if pair[0] != pair[1]})
        if not pairs or (verdict == "different" and set(sides[0]) & set(sides[1])):
            raise CannotJudge("both are one: a verdict needs two, given by key where one row holds two people")
        rows: list[dict[str, Any]] = [
            {
                "id": hash64("judgement", kind, one, other, judged_by, judged_at.isoformat()),
                "kind": kind,
                "left": one,
                "right": other,
                "verdict": verdict,
                "reason": reason,
                "by": judged_by,
                "at": judged_at,
            }
            for one, other in pairs
        ]
        connection.execute(
            text(
                "insert into judgements "
                "(judgement_id, kind, left_key, right_key, verdict, reason, judged_by, judged_at) "
                "values (:id, :kind, :left, :right, :verdict, :reason, :by, :at) on conflict do nothing"
            ),
            rows,
        )
        _reopen(connection, kind, {key for pair in pairs for key in pair})
        return int(rows[0]["id"])


def revoke(engine: Engine, judgement_id: int, *, revoked_at: datetime) -> int:
    """Take back a verdict with all the pairs of keys it was given on; how many. Raises CannotJudge where none holds."""
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "update judgements j set revoked_at = :at from judgements one where one.judgement_id = :id "
                "and (j.kind, j.judged_by, j.judged_at) = (one.kind, one.judged_by, one.judged_at) "
                "and j.revoked_at is null returning j.kind, j.left_key, j.right_key"
            ),
            {"id": judgement_id, "at": revoked_at},
        ).all()
        if not rows:
            raise CannotJudge(f"no judgement {judgement_id} holds")
        _reopen(connection, rows[0].kind, {key for row in rows for key in (row.left_key, row.right_key)})
        return len(rows)


def _keys(connection: Connection, kind: Kind, side: int | str) -> list[str]:
    if isinstance(side, str):
        return [side]
    keys = list(keys_of(connection, kind, side))[:MOST_KEYS]
    if not keys:
        raise CannotJudge(f"there is no {kind} {side}")
    return keys


def _reopen(connection: Connection, kind: Kind, keys: Iterable[str]) -> None:
    """Have the next resolution look again at what the keys are about: one text of a name does, as names are resolved
    whole; of an institution all. What was ever judged the same goes by one key of them all, so all are looked at."""
    keys = connection.execute(_CONNECTED, {"kind": kind, "keys": list(keys)}).scalars().all()
    if kind == "person":
        for name in sorted({key.partition("/")[0] for key in keys}):
            connection.execute(
                text(
                    "delete from resolved_versions where version_id = (select r.version_id from resolved_versions r "
                    "join officials o using (version_id) where o.name_fold = any(:spellings) limit 1)"
                ),
                {"spellings": spellings([name])},
            )
        return
    connection.execute(
        text(
            "delete from resolved_versions where version_id in "
            "(select version_id from organization_mentions where body_id = any(:bodies))"
        ),
        {"bodies": [hash64("body", key) for key in keys]},
    )


_CONNECTED = text(
    "with recursive connected (key) as (select unnest(cast(:keys as text[])) union "
    "select case when j.left_key = c.key then j.right_key else j.left_key end from connected c join judgements j "
    "on j.kind = :kind and j.verdict = 'same' and c.key in (j.left_key, j.right_key)) select key from connected"
)
