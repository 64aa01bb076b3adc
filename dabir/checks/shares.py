"""Checks of the articles with a date, a lead, a footer: a share of a day against the outlet's usual share.

A share is taken to vary as a binomial does, from day to day by SPREAD_SHARE at least beyond that; it is off where the
smallest difference worth a word is reached and its chance is under RARE_SHARE.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from dabir.checks.day import FEWEST_ARTICLES, FEWEST_DAYS, USUAL_DAYS, Check, Day, Found, Limits, before, usual

RARE_SHARE = 3e-4
"""A chance under which a share that is off is no chance."""
SPREAD_SHARE = 0.01
"""How much a share varies from day to day at least, beyond chance."""
MET_DAYS = 3
"""Days on which the wording of a footer must have been met to be known."""


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
        return replace(one, counts={**one.counts, "known": number})

    found = share("marker")(counted(day), [counted(one) for one in near], limits)
    if found is None:
        return None
    wordings = ", ".join(f"«{wording}»" for wording in sorted(day.footers)[:3])
    return Found(
        got=f"{found.got}: {wordings}",
        expected=f"{found.expected}: " + ", ".join(f"«{one}»" for one in sorted(known)[:3]),
    )
