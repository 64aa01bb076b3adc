"""What became of the articles of batches, counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the articles of one or more batches: seen = new + versions + copies + same + rejected.

    The other fields are as the columns of batch_tallies say. Tallies are added with `+`.
    """

    seen: int = 0
    new: int = 0
    versions: int = 0
    copies: int = 0
    same: int = 0
    rejected: int = 0
    another: int = 0
    adverts: int = 0
    linked: int = 0
    officials: int = 0
    organizations: int = 0
    metrics: int = 0
    meetings: int = 0
    added: int = 0
    withdrawn: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)})


COUNTERS = tuple(one.name for one in fields(Tally))


@dataclass(slots=True, kw_only=True)
class Counts:
    """Counters per outlet, while a batch is loaded."""

    outlets: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, outlet: str, counter: str, number: int = 1) -> None:
        """Count `number` more of a field of Tally for an outlet."""
        self.outlets[outlet][counter] += number
