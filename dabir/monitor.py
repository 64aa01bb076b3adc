"""The checks of one outlet's day against what is usual for that outlet: counts in, findings out.

Nothing here asks the network, the clock or a database. A check is a function of the day and the days around it and says
what was expected and what was there, or None. Days with a trouble do not become what is usual until PATIENCE_DAYS have
passed: until then a check compares with the days before it. The thresholds are set so that sixty quiet days of eleven
outlets give at most two false alarms (`python -m bench.faults` measures it).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Literal

from dabir import volume
from dabir.days import jalali_day

type Severity = Literal["fail", "warn"]

WHOLE = frozenset({"complete", "nothing_published"})
PATIENCE_DAYS = 28
"""How long a trouble is kept out of what is usual."""
USUAL_DAYS = 28
FEWEST_DAYS = 7
"""Whole days that shares, lengths and seconds are compared with, at most and at least."""
WINDOW_DAYS = 7
"""Days looked at together where one has too few articles to tell."""
FEWEST_ARTICLES = 5
RARE_SHARE = 3e-4
"""A chance under which a share that is off is no chance."""
SPREAD_SHARE = 0.01
"""How much a share varies from day to day at least, beyond chance."""
SURE = 4.0
"""Standard deviations by which lengths and seconds must be off."""
MET_DAYS = 3
"""Days on which the wording of a footer must have been met to be known."""

VOLUME = frozenset({"zero", "low", "high"})
CRAWL_CHECKS = frozenset(
    {"uncrawled", "unreachable", "blocked", "robots", "unparsable", "incomplete", "unloaded", "stale"}
)
"""Checks of what became of the crawl: over once a crawl is whole. The others are over once articles came without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was counted of one outlet's day. `outcome` is that of its latest crawl, None where there was none.

    `counts` by name: `listed`, `lost` (listed and not got), `pages` (got), `not_articles`, `rejected`, `blocked`,
    `unloaded` (archived, not in the warehouse), `answers` and their `latency_ms` together are of the crawl; `articles`,
    `dated`, `led`, `placed` (with a province), `footed`, `doubled` (text of another of the day), `garbled` (hardly any
    of the commonest Persian letters, or letters that could not be decoded) and `body_characters` (median) of the
    warehouse. A count that is not there was not taken. `footers` counts articles by the wording of their footer,
    `rejected_fields` rejected pages by field. `reason` is the crawl's own line where it was not whole. `found` names
    the checks that found something when the day was last checked.
    """

    day: date
    outcome: str | None
    counts: Mapping[str, float]
    footers: Mapping[str, int] = field(default_factory=dict)
    rejected_fields: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    found: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        return self.outcome in WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the settings say of checks; see dabir.settings."""

    max_rejected_share: float = 0.1
    stale_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: a line that names outlet, day, what was expected and what was there."""

    outlet: str
    day: date
    check: str
    severity: Severity
    expected: str | None
    got: str

    @property
    def line(self) -> str:
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{self.outlet} {jalali_day(self.day)}: {self.check}: {self.got}{expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    got: str
    expected: str | None = None


type Check = Callable[[Day, Sequence[Day], Limits], Found | None]


def find(
    outlet: str, day: Day, history: Collection[Day], severities: Mapping[str, str], limits: Limits | None = None
) -> tuple[Finding, ...]:
    """What the checks find in an outlet's day, the failures first.

    `history` is other days of the outlet, in any order. `severities` says `fail`, `warn` or `off` for the checks that
    are to differ from their default.
    """
    limits = limits or Limits()
    near = sorted((one for one in history if one.day != day.day), key=lambda one: (abs(one.day - day.day), one.day))
    findings = []
    for name, (default, check) in CHECKS.items():
        severity = severities.get(name, default)
        if severity != "off" and (found := check(day, near, limits)) is not None:
            as_severity: Severity = "fail" if severity == "fail" else "warn"
            findings.append(
                Finding(
                    outlet=outlet,
                    day=day.day,
                    check=name,
                    severity=as_severity,
                    expected=found.expected,
                    got=found.got,
                )
            )
    return tuple(sorted(findings, key=lambda finding: finding.severity))


def line(findings: Sequence[Finding]) -> str:
    """The findings of one outlet's day in one line, which names outlet and day once."""
    first, *others = findings
    return "; ".join([first.line, *(other.line.partition(": ")[2] for other in others)])


def usual(day: Day, near: Sequence[Day], checks: Collection[str]) -> Iterator[Day]:
    """The whole days around `day`, the nearest first, without those whose `checks` are a trouble still."""
    for one in near:
        is_trouble = not one.found.isdisjoint(checks) and abs((day.day - one.day).days) <= PATIENCE_DAYS
        if one.is_whole and not is_trouble:
            yield one


def before(day: Day, near: Sequence[Day]) -> list[Day]:
    """The day and the checked days that lead up to it without a gap, the latest first, at most WINDOW_DAYS."""
    by_day = {one.day: one for one in near}
    run = [day]
    while len(run) < WINDOW_DAYS and (one := by_day.get(date.fromordinal(run[-1].day.toordinal() - 1))) is not None:
        run.append(one)
    return run


# --- what became of the crawl: each kind of absence by its own name ---


def uncrawled(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    return Found(got="never crawled") if day.outcome is None else None


def unreachable(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    if day.outcome != "unreachable" or blocked(day, near, limits):
        return None
    return Found(got=day.reason or "the site did not answer")


def blocked(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Challenge pages and refusals, which say nothing about what was published."""
    number = day.counts.get("blocked", 0)
    if not number:
        return None
    return Found(got=f"{number:.0f} answers were challenges or refusals", expected="pages")


def robots(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    if day.outcome != "robots_forbidden":
        return None
    return Found(got=day.reason or "robots.txt forbids it", expected="to be let in")


def unparsable(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    if day.outcome != "unparsable":
        return None
    return Found(got=f"pages came and none could be read ({day.reason})", expected="the layouts that are known")


def incomplete(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    return Found(got=day.reason or "a part is missing") if day.outcome == "partial" else None


def unloaded(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    number = day.counts.get("unloaded", 0)
    return Found(got=f"{number:.0f} pages of the archive are not loaded") if number else None


def stale(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """No day that could be looked at whole for some days."""
    if day.is_whole:
        return None
    earlier = [one.day for one in near if one.day < day.day]
    last = max((one.day for one in near if one.day < day.day and one.is_whole), default=min(earlier, default=day.day))
    days = (day.day - last).days
    if days < limits.stale_days:
        return None
    return Found(got=f"no whole day since {jalali_day(last)}", expected=f"one in {limits.stale_days} days")


# --- how many articles ---


def _volumes(day: Day, near: Sequence[Day]) -> tuple[volume.Usual, list[tuple[Day, volume.Expected]]] | None:
    """What is usual, and the day and those before it, all whole, with what was expected of each."""
    if not day.is_whole:
        return None
    past = volume.Usual({one.day: one.counts.get("articles", 0) for one in usual(day, near, VOLUME)})
    run = []
    for one in before(day, near):
        expected = past.expected(one.day)
        if not one.is_whole or expected is None:
            break
        run.append((one, expected))
    return (past, run) if run else None


def zero(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Nothing published, for long enough that it cannot be chance."""
    if day.counts.get("articles", 0) or (volumes := _volumes(day, near)) is None:
        return None
    past, run = volumes
    total = 0.0
    for days, (one, expected) in enumerate(run, start=1):
        if one.counts.get("articles", 0):
            return None
        total += expected.low
        if past.chance_of_none(total) < volume.RARE:
            return Found(got="no article" + (f" for {days} days" if days > 1 else ""), expected=f"about {total:.0f}")
    return None


def low(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Too few articles, in the day or in the days up to it taken together."""
    if not (articles := day.counts.get("articles", 0)) or (volumes := _volumes(day, near)) is None:
        return None
    past, run = volumes
    if articles >= run[0][1].low:
        return None
    got = total = 0.0
    for days, (one, expected) in enumerate(run, start=1):
        got += one.counts.get("articles", 0)
        total += expected.low
        if past.is_few(got, [of for _, of in run[:days]]):
            together = f" in {days} days" if days > 1 else ""
            return Found(got=f"{got:.0f} articles{together}", expected=f"about {total:.0f}")
    return None


def high(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Suspiciously many articles in a day."""
    if (volumes := _volumes(day, near)) is None:
        return None
    past, run = volumes
    articles, expected = day.counts.get("articles", 0), run[0][1]
    if not past.is_many(articles, expected):
        return None
    return Found(got=f"{articles:.0f} articles", expected=f"about {expected.high:.0f}")


# --- what the articles are like ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole, both counts of a Day, and the way it goes wrong.

    `least` is the smallest difference worth a word; `unknown` the share taken as usual where there is no history, None
    for no verdict then.
    """

    part: str
    of: str
    falls: bool
    least: float
    unknown: float | None
    words: str


SHARES: Mapping[str, Share] = {
    "date": Share(
        part="dated", of="articles", falls=True, least=0.2, unknown=1.0, words="say when they were published"
    ),
    "lead": Share(part="led", of="articles", falls=True, least=0.4, unknown=None, words="have a lead"),
    "province": Share(part="placed", of="articles", falls=True, least=0.4, unknown=None, words="name their province"),
    "footer": Share(part="footed", of="articles", falls=True, least=0.25, unknown=None, words="end with a footer"),
    "marker": Share(part="known", of="footed", falls=True, least=0.25, unknown=None, words="have a footer known here"),
    "rejected": Share(part="rejected", of="pages", falls=False, least=0.1, unknown=0.0, words="were rejected"),
    "not_articles": Share(
        part="not_articles", of="pages", falls=False, least=0.3, unknown=None, words="are no articles"
    ),
    "doubled": Share(
        part="doubled", of="articles", falls=False, least=0.15, unknown=0.0, words="repeat another's text"
    ),
    "characters": Share(
        part="garbled", of="articles", falls=False, least=0.1, unknown=0.0, words="are not readable Persian"
    ),
    "failing": Share(part="lost", of="listed", falls=False, least=0.1, unknown=None, words="could not be fetched"),
}


def share(name: str) -> Check:
    """The check that a share of the day, or of the days up to it where it is small, is what it usually is."""

    def check(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
        what = SHARES[name]
        base = _usual_share(what, list(usual(day, near, {name})))
        if base is None:
            return None
        known, spread = base
        least = max(what.least, limits.max_rejected_share) if name == "rejected" else what.least
        part = whole = 0.0
        for days, one in enumerate(before(day, near), start=1):
            part += one.counts.get(what.part, 0)
            whole += one.counts.get(what.of, 0)
            off = (known - part / whole if what.falls else part / whole - known) if whole else 0.0
            if days == 1 and off <= 0:
                return None
            if whole < FEWEST_ARTICLES or off < least:
                continue
            other = whole - part if what.falls else part
            usually = min((1 - known if what.falls else known) + spread, 0.99)
            if _chance_of_more(other, whole, usually) < RARE_SHARE:
                fields = ", ".join(f"{number} {field}" for field, number in sorted(day.rejected_fields.items()))
                of_fields = f" ({fields})" if name == "rejected" and fields else ""
                together = f" in {days} days" if days > 1 else ""
                unit = "pages" if what.of in ("pages", "listed") else "articles"
                return Found(
                    got=f"{part:.0f} of {whole:.0f} {unit} {what.words}{of_fields}{together}",
                    expected=f"about {known:.0%}",
                )
        return None

    return check


def _chance_of_more(part: float, whole: float, usually: float) -> float:
    """The chance of `part` or more of `whole` where each is one with the chance `usually`."""
    odds, number = math.log(usually / (1 - usually)), round(whole)
    base = math.lgamma(number + 1) + number * math.log(1 - usually)
    return sum(
        math.exp(base + one * odds - math.lgamma(one + 1) - math.lgamma(number - one + 1))
        for one in range(round(part), number + 1)
    )


def _usual_share(what: Share, days: Sequence[Day]) -> tuple[float, float] | None:
    """The usual share, never quite 0 or 1, and how much it varies from day to day beyond chance."""
    counted = [one for one in days if one.counts.get(what.of)][:USUAL_DAYS]
    whole = sum(one.counts[what.of] for one in counted)
    if len(counted) < FEWEST_DAYS or whole < 4 * FEWEST_ARTICLES:
        return None if what.unknown is None else (min(max(what.unknown, 0.01), 0.99), SPREAD_SHARE)
    known = sum(one.counts.get(what.part, 0) for one in counted) / whole
    daily = [one.counts.get(what.part, 0) / one.counts[what.of] for one in counted]
    middle = median(daily)
    chance = known * (1 - known) * len(counted) / whole
    varies = (1.4826 * median(abs(one - middle) for one in daily)) ** 2 - chance
    edge = 1 / (whole + 2)
    return min(max(known, edge), 1 - edge), min(max(math.sqrt(max(varies, 0.0)), SPREAD_SHARE), 0.2)


def marker(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """The wording of the footer: one that was not met before says that the outlet, or what is read, has changed."""
    days = list(usual(day, near, {"marker", "footer"}))[:USUAL_DAYS]
    met = Counter(wording for one in days for wording, number in one.footers.items() if number)
    known = {wording for wording, number in met.items() if number >= MET_DAYS}

    def counted(one: Day) -> Day:
        number = sum(number for wording, number in one.footers.items() if wording in known)
        return Day(day=one.day, outcome=one.outcome, counts={**one.counts, "known": number}, found=one.found)

    found = share("marker")(counted(day), [counted(one) for one in near], limits)
    if found is None:
        return None
    wordings = ", ".join(f"«{wording}»" for wording in sorted(day.footers)[:3])
    return Found(
        got=f"{found.got}: {wordings}",
        expected=f"{found.expected}: " + ", ".join(f"«{one}»" for one in sorted(known)[:3]),
    )


def body(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """The length of the articles: a body that is cut, or that has swallowed the rest of the page.

    The fewer articles, the more their middle length varies by chance.
    """
    days = [one for one in usual(day, near, {"body"}) if _length(one) is not None][:USUAL_DAYS]
    length = _length(day)
    if length is None or len(days) < FEWEST_DAYS:
        return None
    lengths = [(_length(one) or 0.0, math.sqrt(one.counts["articles"])) for one in days]
    middle = median(one for one, _ in lengths)
    of_one = 1.4826 * median(abs(one - middle) * root for one, root in lengths)
    spread = max(of_one / math.sqrt(day.counts["articles"]), 0.1)
    if abs(length - middle) < max(math.log(2), SURE * spread):
        return None
    return Found(
        got=f"{math.exp(length):.0f} characters in the middle article", expected=f"about {math.exp(middle):.0f}"
    )


def _length(day: Day) -> float | None:
    """The logarithm of the middle length, None where too few articles say it."""
    if day.counts.get("articles", 0) < FEWEST_ARTICLES or not day.counts.get("body_characters"):
        return None
    return math.log(day.counts["body_characters"])


def slow(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Seconds that the site takes for an answer, without our own politeness: thrice the usual and a second more."""
    seconds = [s for one in usual(day, near, {"slow"}) if (s := _seconds(one)) is not None][:USUAL_DAYS]
    now = _seconds(day)
    if now is None or len(seconds) < FEWEST_DAYS:
        return None
    middle = median(seconds)
    spread = 1.4826 * median(abs(math.log(one / middle)) for one in seconds)
    if now < max(3 * middle, middle + 1, middle * math.exp(SURE * spread)):
        return None
    return Found(got=f"{now:.1f} s for an answer", expected=f"about {middle:.1f} s")


def _seconds(day: Day) -> float | None:
    answers = day.counts.get("answers", 0)
    return max(day.counts.get("latency_ms", 0), 1) / 1000 / answers if answers >= FEWEST_ARTICLES else None


CHECKS: Mapping[str, tuple[Severity, Check]] = {
    "uncrawled": ("fail", uncrawled),
    "unreachable": ("fail", unreachable),
    "blocked": ("fail", blocked),
    "robots": ("fail", robots),
    "unparsable": ("fail", unparsable),
    "incomplete": ("fail", incomplete),
    "unloaded": ("fail", unloaded),
    "stale": ("fail", stale),
    "zero": ("fail", zero),
    "low": ("fail", low),
    "high": ("warn", high),
    "rejected": ("fail", share("rejected")),
    "not_articles": ("fail", share("not_articles")),
    "date": ("fail", share("date")),
    "characters": ("fail", share("characters")),
    "doubled": ("warn", share("doubled")),
    "footer": ("warn", share("footer")),
    "marker": ("warn", marker),
    "body": ("warn", body),
    "lead": ("warn", share("lead")),
    "province": ("warn", share("province")),
    "failing": ("warn", share("failing")),
    "slow": ("warn", slow),
}
"""Every check with what it does to the day unless the settings say otherwise."""
