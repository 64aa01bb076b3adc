"""The checks of one outlet's day against what is usual for that outlet: counts in, findings out.

Nothing here or in dabir.checks asks the network, the clock or a database. A check is a function of the day and the days
around it and says what was expected and what was there, or None. The thresholds are set so that sixty quiet days of
eleven outlets give at most two false alarms (`python -m bench.faults` measures it).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dabir.checks.crawl import blocked, incomplete, robots, stale, uncrawled, unloaded, unparsable, unreachable
from dabir.checks.day import PATIENCE_DAYS, WHOLE, Check, Day, Limits
from dabir.checks.medians import body, slow
from dabir.checks.shares import marker, share
from dabir.checks.volumes import high, low, zero
from dabir.days import jalali_day

__all__ = [
    "CHECKS",
    "CRAWL_CHECKS",
    "PATIENCE_DAYS",
    "WHOLE",
    "Day",
    "Finding",
    "Limits",
    "Severity",
    "find",
    "line",
]

type Severity = Literal["fail", "warn"]

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
CRAWL_CHECKS = frozenset(
    {"uncrawled", "unreachable", "blocked", "robots", "unparsable", "incomplete", "unloaded", "stale"}
)
"""Checks of what became of the crawl: over once a crawl is whole. The others are over once articles came without."""


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
        """The finding in one line: outlet, Jalali day, check, what was there and what was expected."""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{self.outlet} {jalali_day(self.day)}: {self.check}: {self.got}{expected}"


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
