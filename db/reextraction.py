"""Known texts read with other rules: their records replaced as a whole, and what that changed written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from psycopg import Cursor, sql

from db.record_rows import PARTICIPANT_COLUMNS, RECORD_TABLES, SPAN_COLUMNS, Kind, RecordRows, Row, record_columns
from db.rows import TEXT_COLUMNS, WORDS_COLUMNS, Prepared, Version
from db.tally import Counts
from db.writing import copy_rows


def reextract(
    cursor: Cursor[Any], prepared: Prepared, new_versions: set[int], batch: str, rules: str, counts: Counts
) -> None:
    """Bring known texts up to date: their times, and, where rules or spelling changed, text and records as a whole.

    Raises RuntimeError where two texts have one hash.
    """
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
    records = [version.record_rows() for version, _ in replaced]
    for (version, rules_before), rows in zip(replaced, records, strict=True):
        for kind in RECORD_TABLES:
            after = _by_id(kind, rows.kinds[kind], rows.participants)
            was = before[kind].get(version.version_id, {})
            for record_id in sorted(after.keys() | was.keys()):
                change = _change(was.get(record_id), after.get(record_id))
                if change is None:
                    continue
                if change != "altered":
                    counts.add(version.outlet, change)
                record = after.get(record_id) or was[record_id]
                told = orjson.dumps(record, default=str).decode()
                changes.append((batch, version.version_id, kind, record_id, change, rules_before, rules, told))
    _rewrite(cursor, [version for version, _ in replaced], records)
    columns = ("batch", "version_id", "kind", "record_id", "change", "rules_before", "rules_after", "record")
    copy_rows(cursor, "record_changes", columns, changes)


def _rewrite(cursor: Cursor[Any], versions: Sequence[Version], records: Sequence[RecordRows]) -> None:
    """Put texts and records of known versions in the place of those stored. Rows that stay as they are are not touched:
    what was written since a time is what an export of changes holds."""
    texts = [version.text_row() for version in versions]
    words = [version.words for version in versions]
    kinds = [
        (table, record_columns(kind), 2, [row for one in records for row in one.kinds[kind]])
        for kind, (table, _) in RECORD_TABLES.items()
    ]
    participants = [row for one in records for row in one.participants]
    # Meetings before their participants: deleting a meeting deletes them, and they refer to it.
    tables = [("article_texts", TEXT_COLUMNS, 1, texts), ("article_words", WORDS_COLUMNS, 1, words), *kinds]
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
        copy_rows(cursor, f"stage_{table}", columns, rows)
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
    participants: dict[int, list[Row]] = {}
    if kind == "meeting":
        cursor.execute(
            "select version_id, record_id, ordinal, name, name_fold from meeting_participants "
            "where version_id = any(%s) order by version_id, record_id, ordinal",
            (versions,),
        )
        for row in cursor:
            participants.setdefault(row[0], []).append(row)
    return {version: _by_id(kind, found, participants.get(version, ())) for version, found in rows.items()}


def _by_id(kind: Kind, rows: Iterable[Row], participants: Iterable[Row]) -> dict[int, dict[str, Any]]:
    """Rows of one version's records by id: equal facts of other versions have the same."""
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
