"""Backups: restored into an empty server they give the same export byte for byte, and nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from dabir.cli import app
from db import backup as backups
from db.backup import BackupError, backup, restore
from db.engine import check, engine
from db.export import ExportError, export
from db.formats import FORMATS
from db.load import Incoming, PageRef, load
from db.server import ensure_database, start
from parsing.records import Article, Footer, Meeting, Metric, Official, Organization, Records, Rejected, Span

AT = datetime(2025, 6, 1, 20, tzinfo=UTC)


def incoming(code: int, records: int) -> Incoming:
    span = Span(start=0, end=3, sentence_start=0, sentence_end=9, rule="official.test")
    return Incoming(
        article=Article(
            outlet=("isna", "irna")[code % 2],
            code=str(code),
            title=f"«عنوان»\t{code}\\",
            body="متن یکسان دو رسانه دربارهٔ جلسهٔ شورای اداری استان\nو بودجهٔ راه‌ها در سال جاری",
            footer=Footer(text="انتهای پیام", marker="انتهای پیام", codes=("1", "2")),
            published=AT,
            tags=("راه", ""),
        ),
        records=Records(
            officials=tuple(Official(name=f"علی رضایی {one}", post="استاندار", span=span) for one in range(records)),
            organizations=(Organization(name="راه لرستان", span=span),),
            metrics=(Metric(subject="تولید", value=Decimal("-1.30"), unit="ton", span=span),),
            meetings=(Meeting(kind="جلسه", participants=("الف", "ب"), topics=("راه",), span=span),),
        ),
        seen_at=AT,
        page=PageRef(url="https://isna.ir/1", file="f", offset=code, digest="d", fetched_at=AT, etag='"x"'),
    )


@pytest.fixture(scope="module")
def filled(module_warehouse: Engine) -> Engine:
    """A warehouse with a story, re-extracted records, withdrawn keys and a reject."""
    load(
        module_warehouse,
        [
            *(incoming(code, 3) for code in range(1, 6)),
            Rejected(outlet="isna", url=None, code="9", field="a", reason="b"),
        ],
        batch_key="a",
        rules="1",
    )
    load(module_warehouse, [incoming(1, 1)], batch_key="b", rules="2")
    return module_warehouse


@pytest.fixture(scope="module")
def dump(filled: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "warehouse.dump"
    assert backup(address(filled), file) == file.stat().st_size
    return file


@pytest.fixture(scope="module")
def empty_server() -> Iterator[str]:
    with TemporaryDirectory(prefix="dabir-tests-") as parent, start(Path(parent) / "data") as url:
        yield url


@pytest.fixture
def empty(postgres: tuple[str, Path], request: pytest.FixtureRequest) -> str:
    name = f"empty_{abs(hash(request.node.name))}"
    return ensure_database(postgres[0], name)


def address(warehouse: Engine) -> str:
    return warehouse.url.render_as_string(hide_password=False)


def contents_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def tables_of(url: str) -> int:
    made = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with made.connect() as connection:
        return connection.scalar(text("select count(*) from pg_class where relnamespace = 'public'::regnamespace")) or 0


def test_a_backup_in_an_empty_server_gives_the_same_export_byte_for_byte(
    filled: Engine, dump: Path, empty_server: str, tmp_path: Path
) -> None:
    url = ensure_database(empty_server, "dabir")
    restore(url, dump)

    restored = engine(url)
    for format in FORMATS:
        export(filled, tmp_path / f"before-{format}", format=format)
        done = export(restored, tmp_path / f"after-{format}", format=format)
        assert done.rows["articles"] == 5
        assert done.rows["stories"] > 0
        assert contents_of(tmp_path / f"before-{format}") == contents_of(tmp_path / f"after-{format}")
    assert check(url) == []

    # The role of analysts was not on that server, and a load goes on where the backup ended.
    with restored.connect() as connection:
        connection.execute(text("set role dabir_reader"))
        assert connection.scalar(text("select count(*) from articles")) == 5
        assert connection.scalar(text("select count(*) from tracking.withdrawn")) > 0
    assert load(restored, [incoming(1, 1)], batch_key="b", rules="2").seen == 1
    assert load(restored, [incoming(7, 1)], batch_key="c").copies == 1
    restored.dispose()


def test_a_restored_warehouse_knows_no_changes_since_before(
    filled: Engine, dump: Path, empty: str, tmp_path: Path
) -> None:
    since = export(filled, tmp_path / "before", tables=["outlets"]).as_of
    restore(empty, dump)
    restored = engine(empty)
    with pytest.raises(ExportError, match="is not known to this warehouse: nothing was loaded"):
        export(restored, tmp_path / "e", since=since)
    load(restored, [incoming(8, 1)], batch_key="c")
    with pytest.raises(ExportError, match="they are known since 20"):
        export(restored, tmp_path / "e", since=since)
    restored.dispose()


def test_a_warehouse_that_holds_anything_is_left_alone(filled: Engine, dump: Path, database: Callable[[], str]) -> None:
    with pytest.raises(BackupError, match=r"is not empty, it has \d+ tables: restore into a new one"):
        restore(database(), dump)


def test_a_damaged_backup_is_refused_and_changes_nothing(dump: Path, empty: str, tmp_path: Path) -> None:
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "bad.dump").write_bytes(content)
    (tmp_path / "bad.dump.sha256").write_text(dump.with_name("warehouse.dump.sha256").read_text())
    with pytest.raises(BackupError, match=r"is damaged: its digest is not the one in bad\.dump\.sha256"):
        restore(empty, tmp_path / "bad.dump")
    assert tables_of(empty) == 0


def test_a_backup_without_its_digest_is_refused(dump: Path, empty: str, tmp_path: Path) -> None:
    (tmp_path / "alone.dump").write_bytes(dump.read_bytes())
    with pytest.raises(BackupError, match=r"alone\.dump\.sha256: no such file"):
        restore(empty, tmp_path / "alone.dump")


def signed(file: Path) -> Path:
    file.with_name(file.name + ".sha256").write_text(f"{backups._digest(file)}  {file.name}\n")
    return file


def test_a_file_that_is_no_backup_is_refused(empty: str, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BackupError, match="pg_restore: error: "):
        restore(empty, signed(tmp_path / "thesis.txt"))


def test_a_backup_cut_off_restores_nothing(dump: Path, empty: str, tmp_path: Path) -> None:
    # pg_restore meets the end only after it has said tables and rows, so all of that has to be taken back.
    (tmp_path / "cut.dump").write_bytes(dump.read_bytes()[:-2_000])
    with pytest.raises(BackupError, match=r"was not restored, nothing was changed: pg_restore: error"):
        restore(empty, signed(tmp_path / "cut.dump"))
    assert tables_of(empty) == 0


def test_a_restore_that_fails_in_the_server_restores_nothing(
    dump: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_AFTER", "select 1 / 0;")
    with pytest.raises(BackupError, match=r"nothing was changed: .*division by zero"):
        restore(empty, dump)
    assert tables_of(empty) == 0


def test_a_schema_of_another_version_is_refused(database: Callable[[], str], empty: str, tmp_path: Path) -> None:
    url = database()
    made = engine(url)
    with made.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    made.dispose()
    backup(url, tmp_path / "later.dump")
    with pytest.raises(BackupError, match="of schema 9999, which this version does not know"):
        restore(empty, tmp_path / "later.dump")
    assert tables_of(empty) == 0


def test_a_backup_of_an_older_schema_is_brought_to_this_one(
    database: Callable[[], str], empty: str, tmp_path: Path
) -> None:
    from db.engine import downgrade

    url = database()
    downgrade(url, "0002")
    backup(url, tmp_path / "older.dump")
    assert restore(empty, tmp_path / "older.dump") == "0002"
    assert check(empty) == []


def test_a_backup_overwrites_nothing(filled: Engine, tmp_path: Path) -> None:
    (tmp_path / "w.dump").write_text("the last one")
    with pytest.raises(BackupError, match="is there already"):
        backup(address(filled), tmp_path / "w.dump")
    assert (tmp_path / "w.dump").read_text() == "the last one"


def test_an_empty_database_has_nothing_to_back_up(empty: str, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        backup(empty, tmp_path / "w.dump")


def test_a_server_that_does_not_answer_is_one_clear_line_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="does not answer") as caught:
        backup("postgresql://someone:secret@127.0.0.1:1/dabir", tmp_path / "w.dump")
    assert "secret" not in str(caught.value)


def test_the_password_is_not_among_the_arguments() -> None:
    shown, environment = backups._address("postgresql+psycopg://someone:secret@db.example:5433/dabir?sslmode=require")

    assert shown == "postgresql://someone@db.example:5433/dabir?sslmode=require"
    assert environment["PGPASSWORD"] == "secret"


@pytest.mark.parametrize(
    ("server", "tool"), [(14, "pginstall/bin"), (16, "pginstall/bin"), (17, "18/bin"), (18, "18/bin")]
)
def test_programs_are_not_older_than_the_server(server: int, tool: str) -> None:
    assert backups._tool(server, "pg_dump").endswith(f"{tool}/pg_dump")


def test_the_commands_back_up_into_a_folder_and_restore(
    filled: Engine, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DABIR_DATABASE_URL", address(filled))
    made = CliRunner().invoke(app, ["db", "backup", str(tmp_path)])
    assert made.exit_code == 0, made.stderr
    [file] = tmp_path.glob("dabir-*Z.dump")
    assert (tmp_path / f"{file.name}.sha256").exists()
    assert not list(tmp_path.glob("*.part"))

    monkeypatch.setenv("DABIR_DATABASE_URL", empty)
    restored = CliRunner().invoke(app, ["db", "restore", str(file)])
    assert restored.exit_code == 0, restored.stderr
    again = CliRunner().invoke(app, ["db", "restore", str(file)])
    assert again.exit_code == 1
    assert "is not empty" in again.stderr
