"""Faults that a test switches on in a running sample site, by outlet and path."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

RENDERED = frozenset(
    {"zero_items", "half_items", "no_dates", "no_footer", "doubled", "endless", "redesign", "robots_disallow"}
)
"""Faults of what the page says."""

TRANSPORT = frozenset(
    {
        "too_many",
        "error",
        "forbidden",
        "missing",
        "robots_forbidden",
        "slow",
        "slow_drip",
        "truncated",
        "challenge",
        "bomb",
        "huge",
        "redirect",
        "wrong_charset",
        "windows_1256",
        "mojibake",
    }
)
"""Faults of how it is sent."""

KINDS = RENDERED | TRANSPORT


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: what goes wrong, at which outlet (None: all) and path (a shell pattern over the decoded path).

    `times` is how many more answers it spoils, None without limit. `seconds` is the delay of `slow`, the pause between
    bytes of `slow_drip` and the Retry-After of `too_many`; `location` is where `redirect` points; `size` is the bytes
    that `bomb` expands to, `huge` sends, and the rows of `endless`.
    """

    kind: str
    outlet: str | None = None
    path: str = "*"
    times: int | None = None
    seconds: float = 1.0
    location: str = "http://127.0.0.1:22/"
    size: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(sorted(KINDS))}")


@dataclass(slots=True)
class Faults:
    """The faults that are on. May be changed from any thread while the sites answer."""

    _on: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, outlet: str | None = None, path: str = "*", **options: object) -> Fault:
        """Switch a fault on and return it; ValueError where there is no such kind."""
        fault = Fault(kind=kind, outlet=outlet, path=path, **options)  # type: ignore[arg-type]
        with self._lock:
            self._on.append(fault)
        return fault

    def clear(self, outlet: str | None = None) -> None:
        """Switch off the faults of one outlet, or all of them."""
        with self._lock:
            self._on[:] = [fault for fault in self._on if outlet is not None and fault.outlet != outlet]

    def take(self, outlet: str, path: str) -> list[Fault]:
        """Return the faults that this answer suffers, counting one off each that is limited."""
        with self._lock:
            hits = [
                fault
                for fault in self._on
                if fault.outlet in (None, outlet) and fnmatchcase(path, fault.path) and fault.times != 0
            ]
            for fault in hits:
                if fault.times is not None:
                    fault.times -= 1
        return hits
