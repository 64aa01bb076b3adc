"""robots.txt by the stricter reading, and one budget per host for all processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.polite import HostBudget, HostPaused, retry_after
from scrapers.robots import Rules

PAGE = "https://www.isna.ir/news/1"
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(200, True), (204, True), (404, True), (410, True)]
    + [(status, False) for status in (301, 401, 403, 429, 500, 502, 503)],
)
def test_the_status_of_robots_txt_decides_by_the_stricter_rule(status: int, allowed: bool) -> None:
    rules = Rules.of(status, b"", "Dabir")
    assert rules.allows(PAGE) is allowed
    assert (rules.keep_out is None) is allowed


@pytest.mark.parametrize(
    ("status", "is_known"),
    [(200, True), (404, True), (401, True), (403, True)] + [(status, False) for status in (301, 429, 500, 503)],
)
def test_an_answer_that_keeps_us_out_is_told_from_no_answer(status: int, is_known: bool) -> None:
    assert Rules.of(status, b"", "Dabir").is_known is is_known


@pytest.mark.parametrize(
    ("text", "url", "allowed"),
    [
        (b"User-agent: *\nDisallow: /news", PAGE, False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /news", PAGE, False),
        (b"User-agent: Dabir\nDisallow: /\n\nUser-agent: *\nAllow: /", PAGE, False),
        (b"User-agent: Googlebot\nDisallow: /", PAGE, True),
        (b"User-agent: *\nDisallow: /\nAllow: /news/", PAGE, True),
        (b"User-agent: *\nDisallow: /*?kw=", "https://www.isna.ir/archive?kw=x", False),
        (b"\xff\xfe\x00 not text \x80", PAGE, True),
        (b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /", PAGE, True),
    ],
)
def test_rules_are_read_by_rfc_9309(text: bytes, url: str, allowed: bool) -> None:
    assert Rules.of(200, text, "Dabir").allows(url) is allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        (b"User-agent: *\nCrawl-delay: 7", 7.0),
        (b"User-agent: *\nRequest-rate: 1/10", 10.0),
        (b"User-agent: *\nCrawl-delay: 99999", 300.0),
        (b"User-agent: *\nDisallow:", 0.0),
    ],
)
def test_a_crawl_delay_is_kept_up_to_five_minutes(text: bytes, delay: float) -> None:
    assert Rules.of(200, text, "Dabir").delay == delay


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("Wed, 25 Nov 2026 08:01:00 GMT", 60.0),
        ("Wed, 25 Nov 2020 08:00:00 GMT", 0.0),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("۳۰", None),
        ("9" * 50, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


RESERVE = """
import sys
from pathlib import Path
from scrapers.polite import HostBudget
budget = HostBudget(Path(sys.argv[1]), longest=1000)
print(*[budget.reserve("www.isna.ir", 10) for _ in range(3)])
"""


def test_two_processes_share_the_turns_of_one_host(tmp_path: Path) -> None:
    def run() -> list[float]:
        done = subprocess.run(
            [sys.executable, "-c", RESERVE, str(tmp_path)],
            check=True,
            capture_output=True,
            cwd=Path(__file__).parent.parent,
        )
        return [float(wait) for wait in done.stdout.split()]

    began = time.time()
    first, second = run(), run()
    passed = time.time() - began
    assert first == pytest.approx([0, 10, 20], abs=0.5)
    assert second == pytest.approx([30, 40, 50], abs=passed + 0.5)
    assert HostBudget(tmp_path, longest=1000).reserve("www.mehrnews.com", 10) == 0


def test_a_paused_host_is_paused_for_all_and_a_long_pause_is_not_waited_for(tmp_path: Path) -> None:
    one, other = HostBudget(tmp_path, longest=60), HostBudget(tmp_path, longest=60)
    one.pause("www.isna.ir", 30)
    assert other.reserve("www.isna.ir", 0) == pytest.approx(30, abs=1)
    one.pause("www.isna.ir", 900)
    one.pause("www.isna.ir", 5)
    with pytest.raises(HostPaused, match=r"www\.isna\.ir asked for"):
        other.reserve("www.isna.ir", 0)


def test_a_moment_that_cannot_be_true_is_not_believed(tmp_path: Path) -> None:
    budget = HostBudget(tmp_path, longest=60)
    for kept in (b"", b"\x00", b"\xff" * 8, b"\x00" * 6 + b"\xf0\x7f"):
        (tmp_path / "www.isna.ir.next").write_bytes(kept)
        assert budget.reserve("www.isna.ir", 0) == 0


def test_no_more_requests_run_at_once_than_a_host_allows(tmp_path: Path) -> None:
    running, most = 0, 0

    async def ask(budget: HostBudget) -> None:
        nonlocal running, most
        async with budget.turn("www.isna.ir", 0.0, 2):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1

    async def both() -> None:
        budgets = [HostBudget(tmp_path, longest=60), HostBudget(tmp_path, longest=60)]
        await asyncio.gather(*(ask(budget) for budget in budgets for _ in range(4)))

    asyncio.run(both())
    assert most == 2


def test_a_host_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    HostBudget(tmp_path / "hosts", longest=60).reserve("../../x:80", 1)
    assert [path.parent for path in tmp_path.rglob("*.next")] == [tmp_path / "hosts"]
