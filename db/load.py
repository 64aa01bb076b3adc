"""Articles with their records into the warehouse: one transaction per batch, COPY, set-based merge, done-mark.

Whatever happens in the middle, the warehouse holds a batch whole, with its done-mark, or nothing of it; loading it
again then gives what one undisturbed load would have given. Several loaders may work at once: those that crawl one
outlet's day, or import one outlet, wait for each other, and all wait for each other where stories are found.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import orjson
import psycopg
from psycopg import Cursor, sql
from psycopg.types.json import Jsonb
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db import stories
from db.identity import hash64
from db.rows import (
    ARTICLE_COLUMNS,
    FOOTER_COLUMNS,
    PAGE_COLUMNS,
    PARTICIPANT_COLUMNS,
    RECORD_TABLES,
    REJECTED_COLUMNS,
    SIGHTING_COLUMNS,
    SKETCH_COLUMNS,
    SPAN_COLUMNS,
    STATED_COLUMNS,
    TEXT_COLUMNS,
    VERSION_COLUMNS,
    Incoming,
    Kind,
    PageRef,
    Prepared,
    Row,
    Version,
    prepare,
    record_columns,
    rejected_row,
)
from parsing.records import Rejected

__all__ = ["STEPS", "Incoming", "PageRef", "Tally", "load", "load_all"]

# The points between which a load can be cut; tests kill it at each.
STEPS = ("locked", "merged", "texts", "records", "reextracted", "linked", "joined", "marked", "committed")
# Waits before another try where the server went away or two loads blocked each other: 20 s, enough for a restart.
WAITS_SECONDS = (0.1, 0.3, 1.0, 2.0, 4.0, 6.0, 6.0)

DECISIONS = {"copy": "copies", "version": "versions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the articles of one or more batches: seen = new + versions + copies + same + rejected.

    The other fields are as the columns of batch_tallies say. Tallies are added with `+`.
    """

    seen: int = 0
    new: int = 0
    versions: int = 0
    copies: int = 0
    same: int = 0
    rejected: int = 0
    another: int = 0
    adverts: int = 0
    linked: int = 0
    officials: int = 0
    organizations: int = 0
    metrics: int = 0
    meetings: int = 0
    added: int = 0
    withdrawn: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)})


COUNTERS = tuple(one.name for one in fields(Tally))


@dataclass(slots=True, kw_only=True)
class Counts:
    """Counters per outlet, while a batch is loaded."""

    outlets: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, outlet: str, counter: str, number: int = 1) -> None:
        self.outlets.setdefault(outlet, Counter())[counter] += number


def load(
    engine: Engine,
    batch: Sequence[Incoming | Rejected],
    *,
    batch_key: str,
    crawl: tuple[str, date] | None = None,
    rules: str = "",
    at_step: Callable[[str], None] = lambda step: None,
) -> Tally:
    """Load `batch` in one transaction and say what became of each article. Safe to repeat and to run in parallel.

    `batch_key` names the batch for good: a key already loaded changes nothing and gives the tally of that load. `crawl`
    is the outlet and day (Tehran) the batch was crawled for, None for an import. `rules` is the version of the
    extraction rules: a known text with other records gets these in their place, and the difference is written to
    record_changes. `at_step` is called at each of STEPS.

    A lost connection and a deadlock are tried again for 20 seconds; then psycopg's or SQLAlchemy's OperationalError is
    raised, and nothing of the batch is in the warehouse.
    """
    return _load(engine, prepare(batch), batch_key, crawl, rules, at_step)


def load_all(
    engine: Engine,
    batches: Iterable[tuple[str, Sequence[Incoming | Rejected]]],
    *,
    crawl: tuple[str, date] | None = None,
    rules: str = "",
) -> Iterator[Tally]:
    """`load` each (batch key, batch) in order; the rows of the next are worked out while the server takes these.

    One batch more than is being loaded is in memory. Raises as `load` does; the batches before are then loaded.
    """
    with ThreadPoolExecutor(1) as ahead:
        waiting: tuple[str, Future[Prepared]] | None = None
        for batch_key, batch in batches:
            following = batch_key, ahead.submit(prepare, batch)
            if waiting is not None:
                yield _load(engine, waiting[1].result(), waiting[0], crawl, rules, lambda step: None)
            waiting = following
        if waiting is not None:
            yield _load(engine, waiting[1].result(), waiting[0], crawl, rules, lambda step: None)


def _load(
    engine: Engine,
    prepared: Prepared,
    batch_key: str,
    crawl: tuple[str, date] | None,
    rules: str,
    at_step: Callable[[str], None],
) -> Tally:
    if not 0 < len(batch_key) <= 500:
        raise ValueError("batch_key must have 1 to 500 characters")
    for wait in (*WAITS_SECONDS, None):
        try:
            tally = _transaction(engine, prepared, batch_key, crawl, rules, at_step)
        except (psycopg.OperationalError, OperationalError):
            if wait is None:
                raise
            time.sleep(wait)
        else:
            at_step("committed")
            return tally
    raise AssertionError("the last wait is None")


def _transaction(
    engine: Engine,
    prepared: Prepared,
    batch: str,
    crawl: tuple[str, date] | None,
    rules: str,
    at_step: Callable[[str], None],
) -> Tally:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        try:
            with driver.transaction(), driver.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", (hash64("batch", batch),))
                if (done := _done(cursor, batch)) is not None:
                    return done
                _lock(cursor, prepared, crawl)
                at_step("locked")
                tally = _merge(cursor, prepared, batch, crawl, rules, at_step)
                at_step("marked")
                return tally
        finally:
            if driver.broken:
                connection.invalidate()


def _done(cursor: Cursor[Any], batch: str) -> Tally | None:
    cursor.execute("select 1 from batches where batch = %s", (batch,))
    if cursor.fetchone() is None:
        return None
    columns = sql.SQL(", ").join(
        sql.SQL("coalesce(sum({}), 0)::bigint").format(sql.Identifier(one)) for one in COUNTERS
    )
    cursor.execute(sql.SQL("select {} from batch_tallies where batch = %s").format(columns), (batch,))
    return Tally(**dict(zip(COUNTERS, cursor.fetchone() or (), strict=True)))


def _lock(cursor: Cursor[Any], prepared: Prepared, crawl: tuple[str, date] | None) -> None:
    """Wait for other loads of the same outlet and day; an import holds its outlets whole."""
    for outlet in prepared.outlets:
        if crawl is not None and crawl[0] == outlet:
            cursor.execute(
                "select pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s)",
                (hash64("outlet", outlet), hash64("crawl", outlet, crawl[1].isoformat())),
            )
        else:
            cursor.execute("select pg_advisory_xact_lock(%s)", (hash64("outlet", outlet),))


def _merge(
    cursor: Cursor[Any],
    prepared: Prepared,
    batch: str,
    crawl: tuple[str, date] | None,
    rules: str,
    at_step: Callable[[str], None],
) -> Tally:
    counts = Counts()
    outlets = sorted({*prepared.outlets, *([crawl[0]] if crawl else [])})
    cursor.execute("insert into outlets (outlet) select unnest(%s::text[]) on conflict do nothing", (outlets,))
    cursor.execute("insert into batches (batch, rules) values (%s, %s)", (batch, rules))
    _put(cursor, "pages", PAGE_COLUMNS, prepared.pages.values())
    _put(cursor, "footers", FOOTER_COLUMNS, prepared.footers.values())
    new_articles = _put(cursor, "articles", ARTICLE_COLUMNS, prepared.articles.values())
    rows = (version.row(rules, batch) for version in prepared.versions.values())
    new_versions = _put(cursor, "article_versions", VERSION_COLUMNS, rows)
    if len(new_articles) < len(prepared.articles):
        _restate(cursor, prepared, new_articles)
    _see(cursor, prepared)
    rejected = {row[0]: row for row in (rejected_row(one, batch) for one in prepared.rejected)}
    _put(cursor, "rejected_pages", REJECTED_COLUMNS, rejected.values())
    at_step("merged")

    fresh = [version for key, version in prepared.versions.items() if key in new_versions]
    _copy(cursor, "article_texts", TEXT_COLUMNS, (version.text_row() for version in fresh))
    _copy_sketches(cursor, fresh)
    at_step("texts")
    _write_records(cursor, fresh)
    for version in fresh:
        for kind, kind_rows in version.records.kinds.items():
            counts.add(version.outlet, RECORD_TABLES[kind][0], len(kind_rows))
    at_step("records")
    _reextract(cursor, prepared, new_versions, batch, rules, counts)
    at_step("reextracted")

    links = stories.link(cursor, fresh)
    decisions = _decide(cursor, prepared, new_articles, links)
    at_step("linked")
    if links:
        stories.join(cursor, links)
    at_step("joined")
    for one in links:
        counts.add(one.a.outlet if one.a.version_id in new_versions else one.b.outlet, "linked")
    _count(prepared, new_articles, new_versions, decisions, counts)
    return _mark(cursor, batch, crawl, outlets, counts)


def _put(cursor: Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[Row]) -> set[int]:
    """Add the rows whose key, the first column, is not in `table` yet; give back the keys that were added."""
    rows = list(rows)
    if not rows:
        return set()
    stage = sql.Identifier(f"stage_{table}")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    target, key = sql.Identifier(table), sql.Identifier(columns[0])
    cursor.execute(
        sql.SQL("create temporary table {} on commit drop as select {} from {} with no data").format(
            stage, names, target
        )
    )
    _copy(cursor, f"stage_{table}", columns, rows)
    cursor.execute(
        sql.SQL("insert into {} ({}) select {} from {} order by {} on conflict do nothing returning {}").format(
            target, names, names, stage, key, key
        )
    )
    return {key for (key,) in cursor}


def _copy(cursor: Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        write = copy.write_row
        for row in rows:
            write(row)


def _copy_sketches(cursor: Cursor[Any], versions: Sequence[Version]) -> None:
    """Sixteen rows of three numbers a text, written as one block: a fifth of the time of a call for each."""
    columns = sql.SQL(", ").join(map(sql.Identifier, SKETCH_COLUMNS))
    with cursor.copy(sql.SQL("copy article_sketches ({}) from stdin").format(columns)) as copy:
        for version in versions:
            tail = f"\t{version.day}\t{version.version_id}\n"
            copy.write("".join([f"{fingerprint}{tail}" for fingerprint in version.sketch]))


def _restate(cursor: Cursor[Any], prepared: Prepared, new_articles: set[int]) -> None:
    """Bring known articles up to their latest sighting: what the page states, first and last time, current text."""
    cursor.execute(
        "select a.outlet, a.identity, s.outlet, s.identity from articles a join stage_articles s using (article_id) "
        "where (a.outlet, a.identity) <> (s.outlet, s.identity)"
    )
    if (clash := cursor.fetchone()) is not None:
        raise RuntimeError(f"two articles have one 64-bit hash: {clash[:2]} and {clash[2:]}; change db.identity.hash64")
    known = [key for key in prepared.articles if key not in new_articles]
    cursor.execute(
        "select article_id from articles where article_id = any(%s) order by article_id for no key update", (known,)
    )
    cursor.execute(
        "update articles a set first_seen_at = s.first_seen_at from stage_articles s "
        "where a.article_id = s.article_id and s.first_seen_at < a.first_seen_at"
    )
    stated = (*STATED_COLUMNS, "last_seen_at", "current_version_id")
    ours = sql.SQL(", ").join(sql.SQL("a.{}").format(sql.Identifier(one)) for one in stated)
    theirs = sql.SQL(", ").join(sql.SQL("s.{}").format(sql.Identifier(one)) for one in stated)
    names = sql.SQL(", ").join(map(sql.Identifier, stated))
    cursor.execute(
        sql.SQL(
            "update articles a set ({}) = row({}) from stage_articles s where a.article_id = s.article_id "
            "and (s.last_seen_at, s.current_version_id) >= (a.last_seen_at, a.current_version_id) "
            "and ({}) is distinct from ({})"
        ).format(names, theirs, ours, theirs)
    )


def _see(cursor: Cursor[Any], prepared: Prepared) -> None:
    """Write the sightings. A raw page read again into other words moves to them, and words left without a page or any
    other sighting are superseded, not kept as if the outlet had once published them."""
    new = _put(cursor, "sightings", SIGHTING_COLUMNS, prepared.sightings.values())
    if len(new) == len(prepared.sightings):
        return
    cursor.execute(
        "update sightings o set version_id = s.version_id from stage_sightings s, sightings before "
        "where o.sighting_id = s.sighting_id and before.sighting_id = s.sighting_id and o.version_id <> s.version_id "
        "returning before.version_id, s.version_id"
    )
    moved = dict(sorted(cursor.fetchall()))
    if moved:
        cursor.execute(
            "update article_versions v set superseded_by_id = m.after from unnest(%s::bigint[], %s::bigint[]) "
            "as m (before, after) where v.version_id = m.before and not exists "
            "(select from sightings s where s.article_id = v.article_id and s.version_id = v.version_id)",
            (list(moved), list(moved.values())),
        )
        cursor.execute(
            "update article_versions set superseded_by_id = null where version_id = any(%s) "
            "and superseded_by_id is not null",
            (list(moved.values()),),
        )
        cursor.execute(
            "update articles a set current_version_id = m.after from unnest(%s::bigint[], %s::bigint[]) "
            "as m (before, after) join article_versions v on v.version_id = m.before "
            "where a.article_id = v.article_id and a.current_version_id = m.before",
            (list(moved), list(moved.values())),
        )


def _write_records(cursor: Cursor[Any], versions: Sequence[Version]) -> None:
    for kind, (table, _) in RECORD_TABLES.items():
        rows = [row for version in versions for row in version.records.kinds[kind]]
        if rows:
            _copy(cursor, table, record_columns(kind), rows)
    participants = [row for version in versions for row in version.records.participants]
    if participants:
        _copy(cursor, "meeting_participants", PARTICIPANT_COLUMNS, participants)


def _reextract(
    cursor: Cursor[Any], prepared: Prepared, new_versions: set[int], batch: str, rules: str, counts: Counts
) -> None:
    """Bring known texts up to date: their times, and, where rules or spelling changed, text and records as a whole."""
    known = [key for key in prepared.versions if key not in new_versions]
    if not known:
        return
    cursor.execute(
        "select version_id, article_id, first_seen_at, last_seen_at, text_seen_at, rules, records_digest "
        "from article_versions where version_id = any(%s) order by version_id for no key update",
        (known,),
    )
    updates: list[Row] = []
    replaced: list[tuple[Version, str]] = []
    for version_id, article_id, first, last, text_seen, rules_before, digest in cursor.fetchall():
        version = prepared.versions[version_id]
        if version.article_id != article_id:
            raise RuntimeError(f"two texts have one 64-bit hash {version_id}; change db.identity.hash64")
        text_seen_after, rules_after, digest_after = text_seen, rules_before, digest
        seen_at = version.incoming.seen_at
        if rules != rules_before or (seen_at, version.records_digest) > (text_seen, digest):
            text_seen_after, rules_after, digest_after = seen_at, rules, version.records_digest
        after = (min(first, version.first_seen_at), max(last, version.last_seen_at), text_seen_after, rules_after)
        if (*after, digest_after) != (first, last, text_seen, rules_before, digest):
            updates.append((version_id, *after, digest_after))
        if digest_after != digest:
            replaced.append((version, rules_before))
    if updates:
        cursor.execute(
            "update article_versions v set first_seen_at = u.first_seen_at, last_seen_at = u.last_seen_at, "
            "text_seen_at = u.text_seen_at, rules = u.rules, records_digest = u.records_digest "
            "from unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::text[], "
            "%s::bigint[]) as u (version_id, first_seen_at, last_seen_at, text_seen_at, rules, records_digest) "
            "where v.version_id = u.version_id",
            [list(column) for column in zip(*updates, strict=True)],
        )
    if replaced:
        _replace(cursor, replaced, batch, rules, counts)


def _replace(
    cursor: Cursor[Any], replaced: Sequence[tuple[Version, str]], batch: str, rules: str, counts: Counts
) -> None:
    keys = [version.version_id for version, _ in replaced]
    before = {kind: _stored(cursor, kind, keys) for kind in RECORD_TABLES}
    changes: list[Row] = []
    for version, rules_before in replaced:
        for kind in RECORD_TABLES:
            after = _by_id(kind, version.records.kinds[kind], version.records.participants)
            was = before[kind].get(version.version_id, {})
            for record_id in sorted(after.keys() | was.keys()):
                change = _change(was.get(record_id), after.get(record_id))
                if change is None:
                    continue
                if change != "altered":
                    counts.add(version.outlet, change)
                record = after.get(record_id) or was[record_id]
                told = Jsonb(record, dumps=lambda value: orjson.dumps(value, default=str))
                changes.append((batch, version.version_id, kind, record_id, change, rules_before, rules, told))
    _rewrite(cursor, [version for version, _ in replaced])
    columns = ("batch", "version_id", "kind", "record_id", "change", "rules_before", "rules_after", "record")
    _copy(cursor, "record_changes", columns, changes)


def _rewrite(cursor: Cursor[Any], versions: Sequence[Version]) -> None:
    """Put texts and records of known versions in the place of those stored. Rows that stay as they are are not touched:
    what was written since a time is what an export of changes holds."""
    texts = [version.text_row() for version in versions]
    records = [
        (table, record_columns(kind), 2, [row for version in versions for row in version.records.kinds[kind]])
        for kind, (table, _) in RECORD_TABLES.items()
    ]
    participants = [row for version in versions for row in version.records.participants]
    # Meetings before their participants: deleting a meeting deletes them, and they refer to it.
    tables = [("article_texts", TEXT_COLUMNS, 1, texts), *records]
    for table, columns, key_length, rows in [*tables, ("meeting_participants", PARTICIPANT_COLUMNS, 3, participants)]:
        stage, target = sql.Identifier(f"stage_{table}"), sql.Identifier(table)
        names = [sql.Identifier(column) for column in columns]
        comma = sql.SQL(", ")
        key, others = comma.join(names[:key_length]), names[key_length:]
        cursor.execute(
            sql.SQL("create temporary table {} on commit drop as select {} from {} with no data").format(
                stage, comma.join(names), target
            )
        )
        _copy(cursor, f"stage_{table}", columns, rows)
        cursor.execute(
            sql.SQL("delete from {} where version_id = any(%s) and ({}) not in (select {} from {})").format(
                target, key, key, stage
            ),
            ([version.version_id for version in versions],),
        )
        # Compared as text: 1.30 is not 1.3 to whoever reads it.
        cursor.execute(
            sql.SQL(
                "insert into {} as t ({}) select * from {} on conflict ({}) do update set ({}) = row({}) "
                "where row({})::text is distinct from row({})::text"
            ).format(
                *(target, comma.join(names), stage, key, comma.join(others)),
                comma.join(sql.SQL("excluded.{}").format(name) for name in others),
                comma.join(sql.SQL("t.{}").format(name) for name in others),
                comma.join(sql.SQL("excluded.{}").format(name) for name in others),
            )
        )


def _stored(cursor: Cursor[Any], kind: Kind, versions: list[int]) -> dict[int, dict[int, dict[str, Any]]]:
    """The records of one kind as they are stored, by version and record id."""
    columns = record_columns(kind)
    cursor.execute(
        sql.SQL("select {} from {} where version_id = any(%s)").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(RECORD_TABLES[kind][0])
        ),
        (versions,),
    )
    rows: dict[int, list[Row]] = {}
    for row in cursor:
        rows.setdefault(row[0], []).append(row)
    participants: list[Row] = []
    if kind == "meeting":
        cursor.execute(
            "select version_id, record_id, ordinal, name, name_fold from meeting_participants "
            "where version_id = any(%s) order by version_id, record_id, ordinal",
            (versions,),
        )
        participants = cursor.fetchall()
    return {version: _by_id(kind, found, participants) for version, found in rows.items()}


def _by_id(kind: Kind, rows: Iterable[Row], participants: Iterable[Row]) -> dict[int, dict[str, Any]]:
    columns = record_columns(kind)[2:]
    records = {row[1]: dict(zip(columns, row[2:], strict=True)) for row in rows}
    if kind == "meeting":
        for record in records.values():
            record["participants"] = []
        for _, record_id, _, name, _ in participants:
            if record_id in records:
                records[record_id]["participants"].append(name)
    return records


def _change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str | None:
    if before is None:
        return "added"
    if after is None:
        return "withdrawn"
    is_same = all(before[name] == after[name] for name in after if name != SPAN_COLUMNS[0])
    return None if is_same else "altered"


def _decide(
    cursor: Cursor[Any], prepared: Prepared, new_articles: set[int], links: Sequence[stories.Link]
) -> dict[int, str]:
    """What each new article is beside those that were there before it: copy, version or another; absent where new."""
    decided: dict[int, tuple[str, str, int]] = {}
    place: dict[int, int] = {}
    for _, article, _ in prepared.seen:
        place.setdefault(article, len(place))

    def is_earlier(article: int, other: int) -> bool:
        return article not in new_articles or place[article] < place[other]

    rank = {"copy": 0, "version": 1}
    for one in sorted(links, key=lambda one: (rank.get(one.kind, 2), -one.likeness.jaccard, one.a.version_id)):
        for mine, other in ((one.a, one.b), (one.b, one.a)):
            article = mine.article_id
            if one.kind != "story" and article in new_articles and is_earlier(other.article_id, article):
                decided.setdefault(article, (one.kind, f"{one.reason}: {one.likeness}", other.article_id))

    keyed = {
        article: key
        for _, article, version in reversed(prepared.seen)
        if article in new_articles and (key := prepared.versions[version].title_footer_key) is not None
    }
    if keyed:
        cursor.execute(
            "select key, first.article_id from unnest(%s::bigint[]) as key cross join lateral (select v.article_id "
            "from article_versions v where v.title_footer_key = key and v.article_id <> all(%s) "
            "order by v.article_id limit 1) as first",
            (list(set(keyed.values())), list(new_articles)),
        )
        least: dict[int, int] = dict(cursor.fetchall())
        reason = "same_key_other_words: title and footer are equal, the bodies are not one text"
        for article in sorted(keyed, key=place.__getitem__):
            key = keyed[article]
            if key in least:
                decided.setdefault(article, ("another", reason, least[key]))
            least[key] = min(article, least.get(key, article))
    if decided:
        rows = [(article, *decision) for article, decision in sorted(decided.items())]
        cursor.execute(
            "update articles a set decision = d.decision, decision_reason = d.reason, decided_against_id = d.other "
            "from unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) "
            "as d (article_id, decision, reason, other) where a.article_id = d.article_id",
            [list(column) for column in zip(*rows, strict=True)],
        )
    return {article: decision for article, (decision, _, _) in decided.items()}


def _count(
    prepared: Prepared, new_articles: set[int], new_versions: set[int], decisions: dict[int, str], counts: Counts
) -> None:
    counted: set[int] = set()
    for outlet, article, version in prepared.seen:
        counts.add(outlet, "seen")
        if version not in new_versions or version in counted:
            counts.add(outlet, "same")
            continue
        if article in new_articles and article not in counted:
            decision = decisions.get(article, "new")
            counts.add(outlet, DECISIONS.get(decision, "new"))
            counts.add(outlet, "another", decision == "another")
        else:
            counts.add(outlet, "versions")
        counted |= {article, version}
        incoming = prepared.versions[version].incoming.article
        counts.add(outlet, "adverts", incoming.is_advert or bool(incoming.footer and incoming.footer.is_advert))
    for one in prepared.rejected:
        counts.add(one.outlet, "seen")
        counts.add(one.outlet, "rejected")


def _mark(
    cursor: Cursor[Any], batch: str, crawl: tuple[str, date] | None, outlets: Sequence[str], counts: Counts
) -> Tally:
    total = Tally()
    rows: list[Row] = []
    for outlet in outlets:
        tally = Tally(**counts.outlets.get(outlet, Counter()))
        total += tally
        day = crawl[1] if crawl is not None and crawl[0] == outlet else None
        rows.append((batch, outlet, day, *(getattr(tally, one) for one in COUNTERS)))
    _copy(cursor, "batch_tallies", ("batch", "outlet", "day_on", *COUNTERS), rows)
    return total
