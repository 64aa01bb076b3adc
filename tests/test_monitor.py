"""Each check finds its trouble and stays silent on ordinary days; what is found is kept beside the day."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from dabir import measures, monitor, volume
from dabir.monitor import CHECKS, CRAWL_CHECKS, Day, Finding, find
from dabir.pipeline import connected, outcome_of
from dabir.plan import Work
from dabir.settings import Settings, SettingsError, read_settings
from scrapers.report import CrawlReport

DAY = date(2026, 11, 24)  # a Tuesday, no holiday
COUNTS = {
    "articles": 40,
    "dated": 40,
    "led": 30,
    "placed": 36,
    "footed": 38,
    "doubled": 0,
    "garbled": 0,
    "pages": 44,
    "not_articles": 4,
    "rejected": 0,
    "listed": 44,
    "lost": 0,
    "blocked": 0,
    "unloaded": 0,
    "answers": 46,
    "latency_ms": 23_000,
    "body_characters": 1_500,
}
FOOTERS = {"انتهای پیام": 38}


def a_day(day: date = DAY, outcome: str | None = "complete", footers: dict[str, int] = FOOTERS, **counts: float) -> Day:
    return Day(day=day, outcome=outcome, counts={**COUNTS, **counts}, footers=footers)


def past(days: int = 60, of: date = DAY, **counts: float) -> list[Day]:
    """Quiet days before `of`: a little more or less than usual, fewer on Fridays."""
    rng = random.Random("past")
    history = []
    for back in range(1, days + 1):
        day = of - timedelta(days=back)
        share = 0.5 if day.weekday() == volume.FRIDAY else 1.0
        scale = share * rng.uniform(0.85, 1.15)
        scaled = {
            name: value if name == "body_characters" else round(value * scale)
            for name, value in {**COUNTS, **counts}.items()
        }
        footers = {wording: round(number * scale) for wording, number in FOOTERS.items()}
        history.append(Day(day=day, outcome="complete", counts=scaled, footers=footers))
    return history


def names(day: Day, history: list[Day], **severities: str) -> list[str]:
    return [finding.check for finding in find("isna", day, history, severities)]


PAST = past()


def test_a_quiet_day_has_no_finding() -> None:
    assert names(a_day(), PAST) == []


@pytest.mark.parametrize(
    ("check", "day"),
    [
        ("uncrawled", Day(day=DAY, outcome=None, counts={})),
        ("unreachable", replace(a_day(outcome="unreachable", articles=0), reason="failed: 1 listing timeout")),
        ("blocked", a_day(outcome="unreachable", articles=0, blocked=1)),
        ("robots", a_day(outcome="robots_forbidden", articles=0)),
        ("unparsable", a_day(outcome="unparsable", articles=0, footed=0, dated=0)),
        ("incomplete", replace(a_day(outcome="partial"), reason="short: 44 listed, 4 timeout")),
        ("unloaded", a_day(unloaded=12)),
        ("zero", a_day(outcome="nothing_published", articles=0, pages=0, footed=0, answers=1)),
        ("low", a_day(articles=8, dated=8, led=7, placed=8, footed=8)),
        ("high", a_day(footers={"انتهای پیام": 190}, articles=200, dated=200, led=150, placed=180, footed=190)),
        ("rejected", replace(a_day(rejected=9), rejected_fields={"title": 9})),
        ("not_articles", a_day(not_articles=30)),
        ("date", a_day(dated=0)),
        ("characters", a_day(garbled=20)),
        ("doubled", a_day(doubled=20)),
        ("footer", a_day(footed=0, footers={})),
        ("marker", a_day(footers={"پایان": 38})),
        ("body", a_day(body_characters=300)),
        ("lead", a_day(led=0)),
        ("province", a_day(placed=4)),
        ("failing", a_day(lost=20)),
        ("slow", a_day(latency_ms=46 * 2_500)),
    ],
)
def test_each_check_finds_its_trouble_alone(check: str, day: Day) -> None:
    [finding] = find("isna", day, PAST, {})
    assert finding.check == check
    assert finding.severity == CHECKS[check][0]
    assert finding.line.startswith(f"isna 1405-09-03: {check}: ")


def test_every_check_is_tested_and_documented() -> None:
    from pathlib import Path

    page = (Path(__file__).parents[1] / "docs" / "operations.md").read_text()
    assert [check for check in CHECKS if f"| {check} |" not in page] == []
    assert set(CHECKS) > CRAWL_CHECKS


@pytest.mark.parametrize(
    "day",
    [
        a_day(articles=30, dated=30, led=22, placed=27, footed=28),
        a_day(articles=52, dated=52, led=40, placed=45, footed=50),
        a_day(footed=34),
        a_day(not_articles=9),
        a_day(rejected=2),
        a_day(latency_ms=46 * 1_200),
        a_day(body_characters=900),
        a_day(placed=28),
    ],
)
def test_what_may_be_chance_is_no_finding(day: Day) -> None:
    assert names(day, PAST) == []


def test_a_line_says_what_was_expected_and_what_was_there() -> None:
    [finding] = find("isna", a_day(footed=0, footers={}), PAST, {})
    assert finding.line == "isna 1405-09-03: footer: 0 of 40 articles end with a footer; expected about 95%"
    two = find("isna", a_day(footed=0, footers={}, dated=0), PAST, {})
    assert monitor.line(two) == (
        "isna 1405-09-03: date: 0 of 40 articles say when they were published; expected about 99%+; "
        "footer: 0 of 40 articles end with a footer; expected about 95%"
    ).replace("99%+", "100%")


def test_severities_are_as_the_settings_say() -> None:
    bad = a_day(footed=0, footers={})
    assert [one.severity for one in find("isna", bad, PAST, {"footer": "fail"})] == ["fail"]
    assert find("isna", bad, PAST, {"footer": "off"}) == ()
    assert read_settings(checks={"footer": "off"}).checks == {"footer": "off"}
    with pytest.raises(SettingsError, match="no such check: foot"):
        read_settings(checks={"foot": "off"})


def test_without_a_past_only_what_is_wrong_by_itself_is_found() -> None:
    assert names(a_day(articles=1, footed=0, footers={}), []) == []
    assert names(a_day(dated=0), []) == ["date"]
    assert names(a_day(rejected=20), []) == ["rejected"]
    assert names(a_day(outcome="nothing_published", articles=0, pages=0, footed=0, dated=0), []) == []


def test_a_day_that_was_not_whole_is_not_taken_for_a_small_one() -> None:
    assert names(a_day(outcome="partial", articles=3, dated=3, footed=3, led=3, placed=3), PAST) == ["incomplete"]


def test_no_whole_day_for_three_days_is_stale() -> None:
    bad = [a_day(DAY - timedelta(days=back), outcome="unreachable", articles=0) for back in (1, 2)]
    assert names(a_day(outcome="unreachable", articles=0), bad + past(of=DAY - timedelta(days=2))) == [
        "unreachable",
        "stale",
    ]
    assert names(a_day(outcome="unreachable", articles=0), bad[:1] + past(of=DAY - timedelta(days=1))) == [
        "unreachable"
    ]


def test_a_trouble_does_not_become_usual_before_its_time() -> None:
    history = past()
    for number in range(monitor.PATIENCE_DAYS):
        day = a_day(DAY + timedelta(days=number), footed=0, footers={})
        found = names(day, history)
        assert found == ["footer"], number
        history.append(replace(day, found=frozenset(found)))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 25), "nowruz"),
        (date(2026, 4, 2), "nowruz"),  # 13 Farvardin, also an official holiday
        (date(2026, 6, 25), "holiday"),  # Ashura, lunar
        (date(2026, 2, 11), "holiday"),  # 22 Bahman, solar
        (date(2026, 11, 13), "4"),  # a holiday on a Friday is a Friday
        (DAY, "1"),
    ],
)
def test_the_kind_of_a_day_knows_nowruz_and_holidays(day: date, expected: str) -> None:
    assert volume.kind(day) == expected


def usual(since: date, until: date, numbers: Callable[[date], float]) -> volume.Usual:
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return volume.Usual({day: numbers(day) for day in days})


def working_or_not(day: date) -> float:
    return 100.0 if volume.is_working(day) else 80.0 if volume.kind(day) == "3" else 50.0


def test_the_first_holiday_may_have_anything_between_half_a_friday_and_a_working_day() -> None:
    known = usual(date(2026, 4, 10), date(2026, 6, 24), lambda day: 100.0 if day.weekday() != volume.FRIDAY else 50.0)
    expected = known.expected(date(2026, 6, 25))
    assert expected is not None and (expected.low, expected.high) == (25.0, 100.0)


def test_a_holiday_is_like_the_holidays_of_the_year_before() -> None:
    known = usual(date(2025, 5, 1), date(2026, 6, 24), working_or_not)
    for day in (date(2026, 6, 25), date(2026, 3, 21)):
        expected = known.expected(day)
        assert expected is not None and (expected.low, expected.high) == (50.0, 50.0)


def test_a_friday_is_not_low_and_a_tuesday_like_a_friday_is() -> None:
    known = usual(DAY - timedelta(days=60), DAY, working_or_not)
    friday, tuesday = known.expected(date(2026, 11, 27)), known.expected(DAY)
    assert friday is not None and tuesday is not None
    assert (friday.low, tuesday.low) == (50.0, 100.0)
    assert known.is_few(40, [tuesday]) and not known.is_few(40, [friday])


@pytest.mark.parametrize(("mean", "days"), [(200, 1), (60, 2), (30, 3), (20, 5)])
def test_half_the_articles_are_seen_the_sooner_the_more_there_are(mean: int, days: int) -> None:
    history = past(articles=mean)
    found: list[str] = []
    for number in range(days):
        day = DAY + timedelta(days=number)
        half = a_day(day, articles=mean // (4 if day.weekday() == volume.FRIDAY else 2))
        found = names(half, history)
        history.append(half)
    assert "low" in found


# --- with the warehouse ---


@pytest.fixture
def settings(database: Callable[[], str]) -> Settings:
    return read_settings(database_url=database())


def test_what_was_counted_and_found_is_kept_and_replaced(settings: Settings) -> None:
    finding = Finding(outlet="isna", day=DAY, check="footer", severity="warn", expected="95%", got="none")
    with connected(settings) as warehouse, warehouse.begin() as connection:
        measures.keep(connection, "isna", a_day(), [finding])
        [kept] = measures.history(connection, "isna", DAY + timedelta(days=1))
        assert kept == replace(a_day(), found=frozenset({"footer"}))
        assert measures.history(connection, "isna", DAY) == []
        measures.keep(connection, "isna", a_day(articles=41), [])
        [kept] = measures.history(connection, "isna", DAY + timedelta(days=1))
        assert (kept.counts["articles"], kept.found) == (41, frozenset())


def test_articles_are_counted_with_what_they_lack(settings: Settings) -> None:
    from datetime import UTC, datetime

    from db.load import Incoming, load
    from parsing.records import Article, Footer, Records

    persian = "استاندار لرستان در نشست شورای برنامه‌ریزی از پیشرفت طرح‌های آبرسانی روستاها خبر داد"
    garbled = persian.encode().decode("cp1256")
    footer = Footer(text="انتهای پیام/", marker="انتهای پیام")
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    articles = [
        Article(
            outlet="isna",
            code="1",
            title="یک",
            lead="متن",
            body=persian,
            published=at,
            footer=footer,
            province="لرستان",
        ),
        Article(outlet="isna", code="2", title="دو", lead="متن", body=persian, published=at, footer=footer),
        Article(outlet="isna", code="3", title="سه", body=garbled, published=at),
        Article(outlet="isna", code="4", title="چهار", body=persian + " \ufffd" * 9, published=None),
        Article(outlet="isna", code="5", title="پنج", body=persian + " دیگر", published=at - timedelta(days=1)),
    ]
    rows = [Incoming(article=article, records=Records(), seen_at=at) for article in articles]
    with connected(settings) as warehouse:
        load(warehouse, rows, batch_key="a", crawl=("isna", DAY))
        with warehouse.begin() as connection:
            connection.execute(
                text(
                    "insert into crawl_runs (outlet, day_on, run, outcome) values ('isna', :day, '20261124T0Z-archive', 'complete')"
                ),
                {"day": DAY},
            )
            day = measures.count_day(connection, Work(outlet="isna", day=DAY), 0)
    read = {name: day.counts[name] for name in ("articles", "dated", "led", "placed", "footed", "doubled", "garbled")}
    assert read == {"articles": 4, "dated": 3, "led": 2, "placed": 1, "footed": 2, "doubled": 1, "garbled": 2}
    assert day.footers == {"انتهای پیام": 2}


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        ({"listings": 1, "listed": 12, "fetched": 12, "articles": 12}, "complete"),
        ({"listings": 1, "listed": 12, "fetched": 12, "not_articles": 12}, "unparsable"),
        ({"listings": 1, "listed": 3, "fetched": 3, "not_articles": 3}, "complete"),
        ({"listings": 1, "listed": 3, "fetched": 3, "rejected": {"title": 3}}, "unparsable"),
        ({"listings": 1, "listed": 3, "fetched": 3, "articles": 1, "rejected": {"title": 2}}, "complete"),
        ({"listings_lost": {"rejected: rows": 1}}, "unparsable"),
        ({"listings_lost": {"timeout": 1}}, "unreachable"),
        ({"listings_lost": {"blocked": 1}}, "unreachable"),
        ({"listings_lost": {"forbidden": 1}}, "robots_forbidden"),
        ({"listings": 1}, "nothing_published"),
    ],
)
def test_the_kinds_of_absence_stay_apart(counts: dict[str, object], outcome: str) -> None:
    from datetime import UTC, datetime

    report = CrawlReport(
        outlet="isna",
        day=DAY,
        mode="archive",
        started_at=datetime(2026, 11, 24, tzinfo=UTC),
        **counts,  # type: ignore[arg-type]
    )
    assert outcome_of(report) == outcome
