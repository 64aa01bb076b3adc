"""An archive of articles as JSON lines into the warehouse: what many users start from.

Each batch of lines is loaded in one transaction under a key made of its content, so a file imported again, or again
after being killed half-way, ends in the same rows as one undisturbed import.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice, tee
from pathlib import Path

from sqlalchemy import Engine, text

from dabir.extraction import extracted, in_order, rules_version
from dabir.lines import Line, decode, open_lines
from db.load import Incoming, Tally, load_all
from parsing.jsonl import article_from_json
from parsing.records import Rejected

UNKNOWN_OUTLET = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Where an import stands: lines read, of them in batches that were there before, what became of them, bytes read.

    `lines` = tally.seen, and tally.seen = new + versions + copies + same + rejected.
    """

    lines: int = 0
    known_lines: int = 0
    tally: Tally = field(default_factory=Tally)
    position: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some lines of a file, `count` of them: the key they are loaded under and the byte of the file reached.

    `rows` is what was read from `lines`; both are empty for a batch that was loaded before, `is_known`.
    """

    key: str
    count: int
    position: int
    is_known: bool
    lines: tuple[Line, ...] = ()
    rows: tuple[Incoming | Rejected, ...] = ()


def import_articles(
    engine: Engine,
    path: str,
    *,
    outlet: str | None = None,
    workers: int = 2,
    batch_lines: int = 500,
    on_progress: Callable[[Imported], None] = lambda state: None,
) -> Imported:
    """Load the articles of a file (.gz too; - is standard input) and say what became of its lines.

    `outlet` is that of lines that name none. Lines that hold no article are kept as rejected with their number and
    reason. Raises dabir.lines.FileFault where the file cannot be read on; what was read until there is loaded.
    """
    rules = rules_version()
    state = Imported()
    with open_lines(path) as (lines, position, size):
        seen_at = _seen_at(path)
        batches = _batches(lines, position, batch_lines, salt=f"{rules} {outlet or ''}", known=_loaded_keys(engine))
        read = partial(_read, name=Path(path).name, outlet=outlet, seen_at=seen_at)
        loading, loaded = tee(in_order(read, batches, workers))
        tallies = load_all(engine, ((batch.key, batch.rows) for batch in loading), rules=rules)
        for (_, tally), batch in zip(tallies, loaded, strict=False):
            state = replace(
                state,
                lines=state.lines + batch.count,
                known_lines=state.known_lines + (batch.count if batch.is_known else 0),
                tally=state.tally + tally,
                position=batch.position,
                size=size,
            )
            on_progress(state)
    return state


def _seen_at(path: str) -> datetime:
    """When the articles were seen: the file's own time, so that a second import is no later sighting."""
    if path == "-":
        return datetime.now(UTC)
    return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)


def _batches(
    lines: Iterator[Line], position: Callable[[], int], size: int, *, salt: str, known: frozenset[str]
) -> Iterator[Batch]:
    while chunk := tuple(islice(lines, size)):
        digest = hashlib.sha256(salt.encode())
        for line in chunk:
            digest.update(line.content or b"")
        key = f"import {digest.hexdigest()}"
        is_known = key in known
        yield Batch(key=key, count=len(chunk), position=position(), is_known=is_known, lines=() if is_known else chunk)


def _loaded_keys(engine: Engine) -> frozenset[str]:
    with engine.connect() as connection:
        return frozenset(connection.scalars(text("select batch from batches where batch like 'import %'")))


def _read(batch: Batch, *, name: str, outlet: str | None, seen_at: datetime) -> Batch:
    return replace(batch, lines=(), rows=tuple(_row(line, name, outlet, seen_at) for line in batch.lines))


def _row(line: Line, name: str, outlet: str | None, seen_at: datetime) -> Incoming | Rejected:
    try:
        article = article_from_json(decode(line))
    except ValueError as error:
        return Rejected(
            outlet=outlet or UNKNOWN_OUTLET, url=None, code=f"{name}:{line.number}", field="line", reason=str(error)
        )
    return extracted(replace(article, outlet=article.outlet or outlet or UNKNOWN_OUTLET), seen_at)
