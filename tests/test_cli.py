"""The command line: what each command prints, where, and with which exit code."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from typer.testing import CliRunner, Result

from dabir import lines
from dabir.cli import app
from dabir.importing import import_articles
from dabir.settings import PREFIX

ARTICLE = {
    "id": "a1",
    "outlet": "isna",
    "title": "افتتاح سه طرح در خرم‌آباد",
    "lead": None,
    "body": "۱۲ هزار نفر از آب شرب بهره‌مند شدند.\nانتهای پیام",
    "published": "۱۴۰۵/۰۸/۲۸",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def dabir(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def json_line(**changes: object) -> bytes:
    return json.dumps({**ARTICLE, **changes}, ensure_ascii=False).encode() + b"\n"


def test_parse_prints_one_line_of_records_for_each_article(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_bytes(json_line() + json_line(id=7) + json_line(id=None))
    done = dabir("parse", "articles.jsonl")
    assert (done.exit_code, done.stderr) == (0, "")
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in printed] == ["a1", 7, None]
    assert all(list(line) == ["id", "officials", "organizations", "metrics", "meetings"] for line in printed)


def test_parse_reads_standard_input_and_gzip_alike(tmp_path: Path) -> None:
    text = json_line() + json_line(id="a2")
    (tmp_path / "articles.jsonl.gz").write_bytes(gzip.compress(text))
    from_file, from_pipe = dabir("parse", "articles.jsonl.gz"), dabir("parse", "-", stdin=text)
    assert from_file.exit_code == from_pipe.exit_code == 0
    assert from_file.stdout == from_pipe.stdout
    assert len(from_file.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"no json\n", "line 2: not JSON"),
        (b"[1, 2]\n", "line 2: an article must be a JSON object, not list"),
        (b"\xff\xfe\n", "line 2: not JSON"),
        (json_line(title=None, body=""), "line 2: kicker, title, lead and body are all empty"),
        (json_line(body=5), "line 2: body must be text"),
        (b"7\n", "line 2: an article must be a JSON object, not int"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_rest_goes_on(line: bytes, reason: str) -> None:
    done = dabir("parse", stdin=json_line(id="first") + line + b"\n" + json_line(id="last"))
    assert done.exit_code == 1
    assert [json.loads(printed)["id"] for printed in done.stdout.splitlines()] == ["first", "last"]
    assert f"-: {reason}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_line_without_an_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 1 << 20)
    monkeypatch.setattr(lines, "CHUNK_BYTES", 1 << 10)
    done = dabir("parse", stdin=json_line() + b'{"title": "' + b"x" * (2 << 20) + b'"}\n' + json_line(id="last"))
    assert done.exit_code == 1
    assert [json.loads(printed)["id"] for printed in done.stdout.splitlines()] == ["a1", "last"]
    assert "line 2: longer than 1 MB" in done.stderr


def test_a_file_that_is_cut_short_gives_what_it_holds_and_says_so(tmp_path: Path) -> None:
    text = b"".join(json_line(id=number, body="متن " * 2000) for number in range(400))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(text)[:-5000])
    done = dabir("parse", "cut.jsonl.gz")
    assert done.exit_code == 1
    assert "cut.jsonl.gz: Compressed file ended" in done.stderr
    assert len(done.stdout.splitlines()) > 10


def test_a_missing_file_is_one_clear_line() -> None:
    done = dabir("parse", "none.jsonl")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "dabir: none.jsonl: No such file or directory\n"


def test_every_command_explains_itself() -> None:
    top = dabir("--help")
    assert top.exit_code == 0
    for command in app.registered_commands:
        name = command.name or command.callback.__name__.replace("_", "-")  # type: ignore[union-attr]
        assert name in top.stdout
        shown = dabir(name, "--help")
        assert shown.exit_code == 0
        assert len(shown.stdout.splitlines()) > 8, name


def test_help_imports_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "scrapy", "hazm", "airflow", "parsing.extract", "psycopg", "bs4", "pydantic")
    script = f"""
import sys
import dabir.cli
try:
    dabir.cli.app(["--help"])
except SystemExit:
    pass
print([name for name in {heavy!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_explain_shows_the_article_with_the_rule_of_each_record_and_goes_on_after_a_bad_line(tmp_path: Path) -> None:
    (tmp_path / "articles.jsonl").write_bytes(b"{\n" + json_line() + json_line(id="a2", title="عنوان دیگر"))
    done = dabir("explain", "articles.jsonl", "--id", "a1")
    assert done.exit_code == 1
    assert "line 1" in done.stderr
    assert "metric." in done.stdout and "افتتاح" in done.stdout
    assert "عنوان دیگر" not in done.stdout


def test_outlets_lists_each_outlet_with_its_archive_and_evidence_and_when_it_was_seen() -> None:
    done = dabir("outlets")
    assert done.exit_code == 0
    lines_of = {line.split()[0]: line for line in done.stdout.splitlines() if line.split()}
    assert "by day" in lines_of["isna"] and " no " in lines_of["ilna"]
    assert "last seen" not in done.stdout
    assert dabir("outlets", "--seen").stdout.count("never") > 40


def test_capture_asks_no_site_without_a_contact() -> None:
    done = dabir("capture", "isna", "https://www.isna.ir/news/1402071509876")
    assert done.exit_code == 2 and "DABIR_CONTACT" in done.stderr


def test_capture_refuses_an_unknown_outlet_and_an_address_of_another() -> None:
    assert "nobody" in dabir("capture", "nobody", "https://www.isna.ir/news/1").stderr
    done = dabir("capture", "isna", "https://www.example.com/news/1", "--contact", "mailto:desk@example.ir")
    assert done.exit_code == 1 and "none of isna's hosts" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--port", "99999"), "--port"),
        (("crawl", "nobody", "--day", "1402-07-15"), "there is no outlet 'nobody'"),
        (("crawl", "isna"), "say --day, or --from and --to"),
        (("crawl", "isna", "--day", "1402-07-15", "--from", "1402-07-01"), "say --day, or --from and --to"),
        (("crawl", "isna", "--from", "1402-07-15", "--to", "1402-07-01"), "1402-07-15 is after 1402-07-01"),
        (("crawl", "isna", "--day", "1402-13-01"), "no such day"),
        (("crawl", "isna", "--day", "1402-07-15", "--province", "atlantis"), "isna has no province 'atlantis'"),
        (("crawl", "isna", "--day", "1402-07-15"), "DABIR_CONTACT"),
        (("backfill", "--from", "1402-01-01"), "say both --from and --to"),
        (("backfill", "--from", "1402-01-02", "--to", "1402-01-01"), "1402-01-02 is after 1402-01-01"),
        (("backfill", "--pause", "--cancel"), "say one of"),
        (("backfill", "--again", "maybe", "--from", "1402-01-01", "--to", "1402-01-02"), "--again"),
        (("reparse", "--from", "1402-01-02", "--to", "1402-01-01"), "1402-01-02 is after 1402-01-01"),
        (("reparse", "--from", "x", "--to", "1402-01-01"), "'x' is not a Jalali day"),
        (
            ("reparse", "--from", "1402-01-01", "--to", "1402-01-02", "--outlet", "nobody"),
            "there is no outlet 'nobody'",
        ),
        (("search", " "), "no word"),
        (("export", "new", "--format", "xml"), "xml is no format"),
        (("export", "new", "--since", "yesterday"), "'yesterday' is not a Jalali day"),
        (("judge", "revoke", "x"), "judgement"),
        (("archive", "verify", "nobody"), "the archive has nothing of 'nobody'"),
        (("archive", "prune"), "say --older-than or --before"),
        (("status", "--days", "0"), "--days"),
        (("craw", "isna"), "crawl"),
    ],
)
def test_a_wrong_usage_is_named_before_anything_is_started(arguments: tuple[str, ...], said: str) -> None:
    done = dabir(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert not Path(".dabir").exists()


def test_an_import_of_a_file_that_is_not_there_names_it() -> None:
    with pytest.raises(lines.FileFault, match=r"^none\.jsonl: No such file"):
        import_articles(create_engine("postgresql+psycopg://127.0.0.1:1/none"), "none.jsonl")


def test_an_import_that_leaves_lines_out_says_so_each_time_and_loads_the_others(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DABIR_DATABASE_URL", warehouse.url.render_as_string(hide_password=False))
    good = json.dumps(ARTICLE)
    Path("good.jsonl").write_text(good)
    Path("bad.jsonl").write_text(good.replace("a1", "a2") + "\nno article\n")

    whole = dabir("import", "good.jsonl")
    assert (whole.exit_code, whole.stderr.strip()) == (0, "")
    for _ in range(2):
        part = dabir("import", "bad.jsonl")
        assert part.exit_code == 1
        assert "2 lines read" in part.stdout and "1 rejected" in part.stdout
        assert part.stderr.strip().startswith("dabir: 1 line was left out, because it is no article")
    with warehouse.connect() as connection:
        codes = connection.scalars(text("select code from articles union all select code from rejected_pages"))
        assert sorted(codes) == ["a1", "a2", "bad.jsonl:2"]


def test_a_server_that_does_not_answer_is_one_line_that_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DABIR_DATABASE_URL", "postgresql://dabir:secret@127.0.0.1:1/none")
    done = dabir("status")
    assert (done.exit_code, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert "127.0.0.1" in line and "secret" not in line and "  " not in line
