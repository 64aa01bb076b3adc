"""The measure itself: what matches, what kind of miss an error is, the two halves, and the history."""

import json
from pathlib import Path
from typing import Any

import pytest

from dabir.evaluation import evaluate, half, main, read_cases, read_history, record_history, total
from dabir.scoring import ROWS, Score, alike, compare, match

ARTICLE = {
    "outlet": "sample",
    "kicker": None,
    "title": "پل تازه در یزد",
    "lead": None,
    "body": "علی رضایی استاندار یزد در جلسه شورای ترافیک استان یزد گفت: پل ساخته شد.",
    "published": None,
}
GOLD: dict[str, Any] = {
    "officials": [{"name": "علی رضایی", "post": "استاندار یزد"}],
    "organizations": [{"name": "شورای ترافیک استان یزد"}],
    "metrics": [],
    "meetings": [{"kind": "جلسه", "name": "شورای ترافیک استان یزد", "participants": ["علی رضایی"]}],
}
NOTHING: dict[str, Any] = {"officials": [], "organizations": [], "metrics": [], "meetings": []}


def metric(**fields: Any) -> dict[str, Any]:
    plain = {"subject": "مستمری بگیران", "value": 5, "value_high": None, "unit": "person", "comparator": "="}
    return plain | {"change": None} | fields


def counts(score: Score, row: str) -> tuple[int, int, int]:
    tally = score.tallies[row]
    return tally.matched, tally.gold, tally.found


def ids(which: str, count: int) -> list[str]:
    return [name for name in map(str, range(1000)) if half(name) == which][:count]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = [*ids("read", 2), *ids("held", 1)]
    articles = [json.dumps({"id": name} | ARTICLE, ensure_ascii=False) for name in names]
    golds = [json.dumps({"id": name} | GOLD, ensure_ascii=False) for name in names]
    (tmp_path / "dev.articles.jsonl").write_text("\n".join(articles) + "\n", encoding="utf-8")
    (tmp_path / "dev.gold.jsonl").write_text("\n".join(golds) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("left", "right", "threshold", "is_alike"),
    [
        ("استاندار لرستان", "استاندار استان لرستان", 0.99, True),
        ("تأمین اجتماعی", "تامين اجتماعی", 0.99, True),
        ("حجت\u200cالاسلام علی رضایی", "علی رضایی", 0.99, True),
        ("استان", "استان", 0.99, True),
        ("شهرداری قم", "شهرداری یزد", 0.8, False),
        ("", "", 0.1, False),
        (None, "قم", 0.1, False),
    ],
)
def test_phrases_are_alike_when_their_folded_letters_are(
    left: str | None, right: str | None, threshold: float, is_alike: bool
) -> None:
    assert (alike(left, right, threshold) >= threshold) is is_alike


def test_pairs_are_one_to_one_and_best_first() -> None:
    assert match(["الف ب", "الف"], ["الف", "الف ب"], lambda a, b: alike(a, b, 0.1)) == [(0, 1), (1, 0)]


def test_equal_records_score_one_and_nothing_found_scores_nought() -> None:
    score = compare("a", GOLD, GOLD)
    assert all(score.tallies[row].f1 == 1.0 for row in ROWS if row not in ("metric", "metric value+unit"))
    assert not score.faults
    score = compare("a", GOLD, NOTHING)
    assert counts(score, "official") == (0, 1, 0)
    assert {fault.kind for fault in score.faults} == {"missed outright"}


@pytest.mark.parametrize(
    ("gold", "found", "matches"),
    [
        (metric(), metric(), True),
        (metric(value=1.3), metric(value=1.3005), True),
        (metric(value=1000), metric(value=1000.5), False),
        (metric(), metric(unit="household"), False),
        (metric(), metric(value_high=6), False),
        (metric(), metric(change="increase"), False),
        (metric(), metric(subject="بارش باران"), False),
        (metric(), metric(subject="مستمری بگیران لرستان"), True),
    ],
)
def test_a_metric_matches_on_value_unit_change_and_subject(
    gold: dict[str, Any], found: dict[str, Any], matches: bool
) -> None:
    score = compare("a", NOTHING | {"metrics": [gold]}, NOTHING | {"metrics": [found]})
    assert score.tallies["metric"].matched == matches


@pytest.mark.parametrize(
    ("kind", "gold", "found", "row", "fault"),
    [
        ("officials", {"name": "الف ب پ", "post": "شهردار"}, {"name": "الف ب پ", "post": "معدن"}, "official", "right name, wrong post"),
        ("officials", {"name": "الف ب", "post": "شهردار"}, {"name": None, "post": "شهردار"}, "official", "right post, name not found"),
        ("organizations", {"name": "شهرداری قم بزرگ"}, {"name": "شهرداری"}, "organization", "too short"),
        ("organizations", {"name": "شهرداری"}, {"name": "شهرداری و همه مردم قم"}, "organization", "too long"),
        ("metrics", metric(), metric(subject="بارش"), "metric", "subject differs"),
        ("metrics", metric(), metric(change="decrease"), "metric", "change differs"),
        ("metrics", metric(), metric(unit="ton"), "metric", "unit or range differs"),
        (
            "meetings",
            {"kind": "جلسه", "name": None, "participants": ["الف"]},
            {"kind": "جلسه", "name": None, "participants": ["بهمان"]},
            "meeting",
            "no participant in common",
        ),
    ],
)  # fmt: skip
def test_a_near_miss_is_called_by_its_kind(
    kind: str, gold: dict[str, Any], found: dict[str, Any], row: str, fault: str
) -> None:
    score = compare("a", NOTHING | {kind: [gold]}, NOTHING | {kind: [found]})
    assert [one.kind for one in score.faults if one.row == row and one.is_missed] == [fault]


def test_participants_count_only_inside_matched_meetings() -> None:
    other = {"kind": "جلسه", "name": None, "participants": ["علی رضایی", "حسن"]}
    assert counts(compare("a", GOLD, NOTHING | {"meetings": [other]}), "participant") == (1, 1, 2)
    assert counts(compare("a", GOLD, NOTHING), "participant") == (0, 0, 0)


def test_the_halves_divide_the_articles(folder: Path) -> None:
    scores = evaluate(read_cases(folder))
    parts = [total(scores, which).tallies["official"].gold for which in ("read", "held", "all")]
    assert parts == [2, 1, 3]


@pytest.mark.parametrize("variant", ["keep", "removed", "space"])
def test_extraction_is_scored_in_each_variant(folder: Path, variant: str) -> None:
    score = total(evaluate(read_cases(folder), variant))
    assert counts(score, "official") == (3, 3, 3)
    assert counts(score, "meeting") == (3, 3, 3)


def test_the_command_prints_the_table_and_hides_the_held_half(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = folder / "dev.gold.jsonl"
    gold.write_text(gold.read_text("utf-8").replace("علی رضایی", "مریم فلاح"), encoding="utf-8")
    (read_id, *_), (held_id,) = ids("read", 2), ids("held", 1)
    assert main([str(folder), "--errors", "9"]) == 0
    text = capsys.readouterr().out
    assert "official name" in text and read_id in text
    assert f" {held_id} {{" not in text
    assert main([str(folder), "--errors", "9", "--held"]) == 0
    assert f" {held_id} {{" in capsys.readouterr().out
    assert main([str(folder), "--article", held_id]) == 2
    assert main([str(folder), "--article", read_id]) == 0


def test_a_missing_folder_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "DABIR_EVALUATION" in capsys.readouterr().out


def test_an_annotated_article_without_text_is_refused(folder: Path) -> None:
    (folder / "dev.articles.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="not there"):
        read_cases(folder)


def test_scores_are_kept_with_their_commit(tmp_path: Path) -> None:
    history = tmp_path / "scores.tsv"
    assert read_history(history) == []
    record_history({("keep", "all"): compare("a", GOLD, GOLD)}, history, commit="abc")
    record_history({("keep", "all"): compare("a", GOLD, NOTHING)}, history, commit="def")
    first, second = read_history(history)
    assert (first["commit"], first["official"], second["official"]) == ("abc", "1.000", "0.000")
