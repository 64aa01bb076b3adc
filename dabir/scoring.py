"""How found records are compared with gold records: what matches, and what kind of near miss the rest is.

The measure is that of the annotation guidelines (docs/records.md). 'Alike' is a Dice coefficient over the character
bigrams of folded text. A pair of records matches when it agrees on all its row asks for; pairs are one to one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

type Row = Mapping[str, Any]

ALIKE = 0.6  # posts, meeting names, participants
ALIKE_SUBJECT = 0.5  # what a metric measures is phrased more freely
ALIKE_NAME = 0.8  # names of organizations and persons
# The folding of the annotation guidelines, kept apart from that of parsing: a measure must not move with its object.
_FOLD = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ؤ": "و",
        "ة": "ه",
        "ۀ": "ه",
        "ء": "",
        "ـ": "",
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
    }
)
# Words that say little about identity: dropped before names and posts are compared.
FILLERS = (
    "استان",
    "شهرستان",
    "شهر",
    "دکتر",
    "مهندس",
    "سردار",
    "سرهنگ",
    "حجت الاسلام",
    "والمسلمین",
    "آیت الله",
    "آقای",
    "خانم",
)
_FILLER = re.compile(r"(?<!\w)(?:" + "|".join(FILLERS).replace(" ", r"\W?") + r")(?!\w)")


def fold_for_scoring(text: str | None, *, drop_filler: bool = False) -> str:
    """Letters and digits of `text` alone, spelling variants folded together, words without identity left out."""
    text = text or ""
    if drop_filler and _FILLER.sub("", text).strip():
        text = _FILLER.sub(" ", text)
    return "".join(character for character in text.translate(_FOLD) if character.isalnum())


def dice(left: str, right: str) -> float:
    """Dice coefficient over character bigrams: 1.0 for equal strings, 0.0 where either is empty.

    >>> dice("ab", "ab"), dice("ab", "cd"), dice("", "")
    (1.0, 0.0, 0.0)
    """
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    pairs_left, pairs_right = Counter(pairwise(left)), Counter(pairwise(right))
    total = pairs_left.total() + pairs_right.total()
    return 2 * (pairs_left & pairs_right).total() / total if total else 0.0


def alike(left: str | None, right: str | None, threshold: float = ALIKE) -> float:
    """How alike two phrases are, 0.0 under `threshold`."""
    score = dice(fold_for_scoring(left, drop_filler=True), fold_for_scoring(right, drop_filler=True))
    return score if score >= threshold else 0.0


def _same_number(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    tolerance = 1e-3 * max(1.0, abs(left), abs(right))
    return abs(left - right) <= (tolerance if abs(left) < 10 else tolerance * 0.01)


def _official(gold: Row, found: Row) -> float:
    if bool(gold["name"]) != bool(found["name"]):
        return 0.0
    name = alike(gold["name"], found["name"], ALIKE_NAME) if gold["name"] else 1.0
    post = alike(gold["post"], found["post"])
    return name + post if name and post else 0.0


def _name(gold: Row, found: Row) -> float:
    return alike(gold["name"], found["name"], ALIKE_NAME)


def _quantity(gold: Row, found: Row) -> float:
    same = _same_number(gold["value"], found["value"]) and _same_number(gold["value_high"], found["value_high"])
    return float(same and gold["unit"] == found["unit"])


def _metric(gold: Row, found: Row) -> float:
    if not _quantity(gold, found) or (gold["change"] or None) != (found["change"] or None):
        return 0.0
    return alike(gold["subject"], found["subject"], ALIKE_SUBJECT)


def _meeting(gold: Row, found: Row) -> float:
    same_kind = fold_for_scoring(gold["kind"]) == fold_for_scoring(found["kind"])
    what = float(same_kind) or alike(gold["name"], found["name"])
    if not what or (not gold["participants"] and not found["participants"]):
        return what
    return what + 0.1 if match(gold["participants"], found["participants"], alike) else 0.0


def match[T](gold: Sequence[T], found: Sequence[T], score: Callable[[T, T], float]) -> list[tuple[int, int]]:
    """One-to-one pairs (index in gold, index in found) of records that score over zero, best score first."""
    ranked = sorted(
        ((score(g, f), -i, -j) for i, g in enumerate(gold) for j, f in enumerate(found)),
        reverse=True,
    )
    pairs: list[tuple[int, int]] = []
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    for value, i, j in ranked:
        if value and i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            pairs.append((-i, -j))
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One row of the table: which records it compares, how, and what a near miss is called."""

    name: str
    kind: str
    score: Callable[[Row, Row], float]
    near: Callable[[Row, Row], str | None]


def _near_official(gold: Row, found: Row) -> str | None:
    same_name = alike(gold["name"], found["name"], ALIKE_NAME)
    same_post = alike(gold["post"], found["post"])
    if gold["name"] and same_name:
        return "right name, wrong post"
    if same_post:
        if gold["name"] and not found["name"]:
            return "right post, name not found"
        return "right post, wrong name" if gold["name"] else "right post, name invented"
    return None


def _near_name(gold: Row, found: Row) -> str | None:
    return "part of the name" if alike(gold["name"], found["name"], 0.4) else None


def _near_organization(gold: Row, found: Row) -> str | None:
    left, right = (fold_for_scoring(row["name"], drop_filler=True) for row in (gold, found))
    if left in right:
        return "too long"
    if right in left:
        return "too short"
    return "boundaries differ" if dice(left, right) >= ALIKE else None


def _near_metric(gold: Row, found: Row) -> str | None:
    if _quantity(gold, found):
        if (gold["change"] or None) != (found["change"] or None):
            return "change differs"
        return "subject differs"
    if _same_number(gold["value"], found["value"]):
        return "unit or range differs"
    return None


def _near_meeting(gold: Row, found: Row) -> str | None:
    if fold_for_scoring(gold["kind"]) == fold_for_scoring(found["kind"]):
        return "no participant in common"
    return "kind and name differ" if match(gold["participants"], found["participants"], alike) else None


MEASURES = (
    Measure(name="official", kind="officials", score=_official, near=_near_official),
    Measure(name="official name", kind="officials", score=_name, near=_near_name),
    Measure(name="organization", kind="organizations", score=_name, near=_near_organization),
    Measure(name="metric", kind="metrics", score=_metric, near=_near_metric),
    Measure(name="metric value+unit", kind="metrics", score=_quantity, near=_near_metric),
    Measure(name="meeting", kind="meetings", score=_meeting, near=_near_meeting),
)
ROWS = (*(measure.name for measure in MEASURES), "participant")


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of matched, gold and found records of one row."""

    matched: int = 0
    gold: int = 0
    found: int = 0

    def add(self, matched: int, gold: int, found: int) -> None:
        """Count the records of one more article."""
        self.matched += matched
        self.gold += gold
        self.found += found

    @property
    def precision(self) -> float:
        """Share of the found records that are matched, 0 to 1; 0 where none was found."""
        return self.matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold records that are matched, 0 to 1; 0 where there are none."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1; 0 where there is no record at all."""
        return 2 * self.matched / (self.gold + self.found) if self.gold or self.found else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A record that was missed (`is_missed`) or invented in one article, with its error class."""

    article: str
    row: str
    is_missed: bool
    kind: str
    record: Any
    instead: Any = None


@dataclass(slots=True, kw_only=True)
class Score:
    """What the comparison of one or more articles found: a tally for each row, and every fault."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {row: Tally() for row in ROWS})
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add the tallies and faults of another score to this one."""
        for row, tally in other.tallies.items():
            self.tallies[row].add(tally.matched, tally.gold, tally.found)
        self.faults.extend(other.faults)


type Near = Callable[[Any, Any], str | None]


def _faults(article_id: str, row: str, near: Near, missed: list[Any], invented: list[Any]) -> Iterator[Fault]:
    """Every missed and every invented record of one row with its class: what kind of near miss, if it is one."""
    for record in missed:
        classes = ((near(record, other), other) for other in invented)
        kind, instead = next(((kind, other) for kind, other in classes if kind), ("missed outright", None))
        yield Fault(article=article_id, row=row, is_missed=True, kind=kind, record=record, instead=instead)
    for record in invented:
        kind = next(filter(None, (near(other, record) for other in missed)), "invented outright")
        yield Fault(article=article_id, row=row, is_missed=False, kind=kind, record=record)


def compare(article_id: str, gold: Row, found: Row) -> Score:
    """The score of one article's found records against its gold records, both as decoded JSON lines."""
    score = Score()

    def add(row: str, near: Near, left: list[Any], right: list[Any], pairs: list[tuple[int, int]]) -> None:
        score.tallies[row].add(len(pairs), len(left), len(right))
        hits_left, hits_right = {i for i, _ in pairs}, {j for _, j in pairs}
        missed = [record for i, record in enumerate(left) if i not in hits_left]
        invented = [record for j, record in enumerate(right) if j not in hits_right]
        score.faults.extend(_faults(article_id, row, near, missed, invented))

    for measure in MEASURES:
        left, right = list(gold[measure.kind]), list(found.get(measure.kind, ()))
        if measure.name == "official name":
            left, right = ([record for record in side if record["name"]] for side in (left, right))
        pairs = match(left, right, measure.score)
        add(measure.name, measure.near, left, right, pairs)
        if measure.name == "meeting":
            for i, j in pairs:
                people, others = list(left[i]["participants"]), list(right[j]["participants"])
                add("participant", lambda _left, _right: None, people, others, match(people, others, alike))
    return score
