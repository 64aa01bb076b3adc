"""The archive keeps every whole page, says where it is, and finds what was cut off or flipped."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsspec
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from zstandard import ZstdDecompressor

from scrapers.archive import (
    ArchiveBusy,
    Fault,
    PageWriter,
    read_file_index,
    read_index,
    read_pages,
)
from scrapers.page import RawPage
from scrapers.verification import rebuild_index, verify
from scrapers.warc import IndexRow

DAY = date(2023, 10, 7)
AT = datetime(2023, 10, 7, 20, 30, 0, 250_000, tzinfo=UTC)
HEADERS = [(b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Encoding", b"gzip"), (b"ETag", b'"e1"')]
REQUEST = b"GET /news/1 HTTP/1.1\r\nHost: www.isna.ir\r\nUser-Agent: Dabir\r\n\r\n"


def page(code: int, body: bytes | None = None, **changes: object) -> RawPage:
    body = f"<html>خبر {code}</html>".encode() * 20 if body is None else body
    made = RawPage(
        outlet="isna",
        url=f"https://www.isna.ir/news/{code}/%D8%AE%D8%A8%D8%B1",
        fetched_at=AT + timedelta(seconds=code),
        status=200,
        content_type="text/html; charset=utf-8",
        body=body,
        etag='"e1"',
        last_modified=None,
        digest=hashlib.sha256(body).hexdigest(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def writer(archive: Path | str, mode: str = "archive", minutes: int = 0, staging: Path = Path("unused")) -> PageWriter:
    return PageWriter(
        str(archive),
        "isna",
        DAY,
        mode,
        staging=staging,
        started=AT + timedelta(minutes=minutes),
        notes={"operator": "tests"},
    )


def put(into: PageWriter, made: RawPage, original: IndexRow | None = None, **outcome: object) -> IndexRow:
    code = made.url.split("/")[4]
    _, row = into.add(made, HEADERS, original)
    row = replace(row, **{"code": code, "day": DAY, "outcome": "article", **outcome})  # type: ignore[arg-type]
    into.settle(row, REQUEST, [("via", "https://www.isna.ir/archive")])
    return row


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    pages = [page(1), page(2, body=b""), page(3, body=os.urandom(200_000))]
    into = writer(tmp_path)
    rows = [put(into, made) for made in pages]
    file = into.close()
    assert file == "isna/2023-10-07/20231007T203000250000-archive.warc.zst"
    assert read_index(str(tmp_path), "isna", DAY) == read_file_index(str(tmp_path), file) == rows
    read = list(read_pages(str(tmp_path), rows))
    assert read == [replace(made, file=row.file, offset=row.offset) for made, row in zip(pages, rows, strict=True)]
    assert list(verify(str(tmp_path))) == []
    assert not list(tmp_path.rglob("*.part"))


def test_standard_readers_read_the_file(tmp_path: Path) -> None:
    into = writer(tmp_path)
    first = put(into, page(1))
    put(into, page(1, fetched_at=AT + timedelta(days=1), status=304, body=b""), original=first)
    file = tmp_path / str(into.close())
    kinds = []
    for record in ArchiveIterator(str(file), parse_http=True):
        if record.record_type == WarcRecordType.response:
            assert record.verify_payload_digest()
            assert record.http_headers.get("Content-Encoding") is None
            assert record.reader.read() == page(1).body
        kinds.append(str(record.record_type))
    assert kinds == ["warcinfo", "response", "request", "metadata", "revisit", "request", "metadata", "metadata"]
    plain = tmp_path / "plain.warc"
    with open(file, "rb") as raw, open(plain, "wb") as out:
        out.write(ZstdDecompressor().stream_reader(raw, read_across_frames=True).read())
    with open(plain, "rb") as stream:
        told = [(record.rec_type, record.rec_headers.get_header("WARC-Refers-To")) for record in WarcioIterator(stream)]
    assert [kind for kind, _ in told] == kinds
    assert told[4][1] == first.record_id


def test_an_unchanged_page_is_a_revisit_and_is_not_read_twice(tmp_path: Path) -> None:
    into = writer(tmp_path)
    first = put(into, page(1))
    into.close()
    again = writer(tmp_path, minutes=5)
    _, row = again.add(page(1, fetched_at=AT + timedelta(hours=1)), HEADERS, first)
    assert (row.is_revisit, row.outcome, row.day, row.code) == (True, "article", DAY, "1")
    again.settle(row, REQUEST)
    again.close()
    rows = read_index(str(tmp_path), "isna", DAY)
    assert [row.is_revisit for row in rows] == [False, True]
    assert [got.body for got in read_pages(str(tmp_path), rows) if isinstance(got, RawPage)] == [page(1).body]
    assert list(verify(str(tmp_path))) == []


def test_pages_are_found_by_their_own_day(tmp_path: Path) -> None:
    into = writer(tmp_path)
    put(into, page(1))
    put(into, page(2), day=DAY - timedelta(days=1))
    put(into, page(3), day=None, outcome="not article")
    put(into, page(4), outcome="listing", code=None, day=None)
    into.close()
    assert [row.code for row in read_index(str(tmp_path), "isna", DAY - timedelta(days=1))] == ["2"]
    rows = read_index(str(tmp_path), "isna", DAY)
    assert [row.code for row in rows] == ["1", "3", None]
    assert [got.url.split("/")[4] for got in read_pages(str(tmp_path), rows) if isinstance(got, RawPage)] == ["1", "3"]
    assert len(read_index(str(tmp_path), "isna", DAY - timedelta(days=1), DAY)) == 4
    assert read_index(str(tmp_path), "mehr", DAY) == []
    assert read_index(str(tmp_path / "nowhere"), "isna", DAY) == []


def test_a_killed_run_is_continued_in_its_own_file(tmp_path: Path) -> None:
    killed = writer(tmp_path)
    kept = [put(killed, page(1)), put(killed, page(2))]
    killed.add(page(3), HEADERS)  # fetched and not settled when the process died
    killed.abandon()
    part = next(tmp_path.rglob("*.part"))
    with open(part, "ab") as stream:
        stream.write(b"\x28\xb5\x2f\xfd half a frame")
    assert read_index(str(tmp_path), "isna", DAY) == []
    again = writer(tmp_path, minutes=9)
    assert list(again.resumed) == kept
    put(again, page(3))
    assert again.close() == kept[0].file
    assert [row.code for row in read_index(str(tmp_path), "isna", DAY)] == ["1", "2", "3"]
    assert list(verify(str(tmp_path))) == []
    assert not list(tmp_path.rglob("*.part"))


def test_what_a_killed_run_of_another_mode_left_is_made_whole(tmp_path: Path) -> None:
    killed = writer(tmp_path, mode="recent")
    put(killed, page(1))
    killed.abandon()
    empty = writer(tmp_path, mode="archive-lorestan")
    assert empty.resumed == ()
    assert empty.close() is None
    assert [row.code for row in read_index(str(tmp_path), "isna", DAY)] == ["1"]
    assert list(verify(str(tmp_path))) == []


def test_two_runs_of_one_outlet_and_day_at_once_are_refused(tmp_path: Path) -> None:
    first = writer(tmp_path)
    with pytest.raises(ArchiveBusy, match="isna 2023-10-07 is being crawled"):
        writer(tmp_path, mode="recent")
    first.close()
    writer(tmp_path).close()


def filled(root: Path, count: int = 4) -> tuple[Path, list[IndexRow]]:
    into = writer(root)
    rows = [put(into, page(code)) for code in range(1, count + 1)]
    return root / str(into.close()), rows


@settings(max_examples=60, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(tmp_path_factory: pytest.TempPathFactory, where: float, bit: int) -> None:
    root = tmp_path_factory.mktemp("flip")
    file, _ = filled(root, 2)
    data = bytearray(file.read_bytes())
    data[int(where * len(data))] ^= 1 << bit
    file.write_bytes(data)
    [fault] = verify(str(root))
    assert fault.file == str(file.relative_to(root))


@settings(max_examples=40, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True))
def test_any_cut_is_found_even_between_records_and_without_the_index(
    tmp_path_factory: pytest.TempPathFactory, where: float
) -> None:
    root = tmp_path_factory.mktemp("cut")
    file, rows = filled(root, 2)
    os.truncate(file, int(where * file.stat().st_size))
    next(root.rglob("*.index.jsonl")).unlink()
    [fault] = verify(str(root))
    assert "damaged" in fault.reason or "cut off" in fault.reason
    assert [row.record_id for row in read_file_index(str(root), fault.file)] == [
        row.record_id for row in rows if row.offset + row.length < file.stat().st_size
    ][: len(read_file_index(str(root), fault.file))]


def test_a_damaged_record_costs_that_record_alone(tmp_path: Path) -> None:
    file, rows = filled(tmp_path)
    data = bytearray(file.read_bytes())
    data[rows[1].offset + rows[1].length // 2] ^= 0x10
    file.write_bytes(data)
    read = list(read_pages(str(tmp_path), rows))
    assert [type(got).__name__ for got in read] == ["RawPage", "Fault", "RawPage", "RawPage"]
    fault = read[1]
    assert isinstance(fault, Fault)
    assert (fault.file, fault.offset) == (rows[1].file, rows[1].offset)
    assert rows[1].url in fault.reason


def test_a_missing_file_is_a_fault_for_each_of_its_pages(tmp_path: Path) -> None:
    file, rows = filled(tmp_path)
    file.unlink()
    assert [got.offset for got in read_pages(str(tmp_path), rows) if isinstance(got, Fault)] == [
        row.offset for row in rows
    ]


@pytest.mark.parametrize("harm", ["lost", "empty", "not json", "a row short", "another row"])
def test_a_lost_or_wrong_index_is_found_and_made_anew(tmp_path: Path, harm: str) -> None:
    _, rows = filled(tmp_path)
    index = next(tmp_path.rglob("*.index.jsonl"))
    lines = index.read_bytes().splitlines(keepends=True)
    if harm == "lost":
        index.unlink()
    else:
        index.write_bytes(
            {
                "empty": b"",
                "not json": b"\x00" * 40,
                "a row short": b"".join(lines[:-1]),
                "another row": b"".join([*lines[:-1], lines[1]]),
            }[harm]
        )
    [fault] = verify(str(tmp_path))
    assert "index" in fault.reason
    if harm != "another row":  # an index that reads well is believed until verified
        assert read_index(str(tmp_path), "isna", DAY) == rows
    assert rebuild_index(str(tmp_path), fault.file) == rows
    assert list(verify(str(tmp_path))) == []


def test_the_archive_may_be_on_object_storage(tmp_path: Path) -> None:
    fs = fsspec.filesystem("memory")
    into = writer("memory://bucket/dabir", staging=tmp_path)
    rows = [put(into, page(1)), put(into, page(2))]
    assert not fs.exists("/bucket/dabir/isna")
    into.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert read_index("memory://bucket/dabir", "isna", DAY) == rows
    assert len(list(read_pages("memory://bucket/dabir", rows))) == 2
    assert list(verify("memory://bucket/dabir")) == []
    fs.rm("/bucket", recursive=True)


def test_a_value_with_line_breaks_adds_no_field(tmp_path: Path) -> None:
    into = writer(tmp_path)
    row = put(into, page(1), outcome="rejected", reason="title: bad\r\nday: 1999-01-01\r\noutcome: article")
    into.close()
    [read] = read_file_index(str(tmp_path), row.file)
    rebuilt = rebuild_index(str(tmp_path), row.file)[0]
    assert (rebuilt.day, rebuilt.outcome) == (DAY, "rejected")
    assert read.code == "1"
