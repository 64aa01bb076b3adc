"""Are two texts one report? What is measured of a pair, and the rules that decide on it. Pure functions.

A matching title and footer make a candidate and decide nothing alone: recurring bulletins share both, and copies of one
report share neither. The words of the bodies decide, the hours between them and, within one outlet, the figures: a
bulletin filled in anew differs from yesterday's in its numbers and in little else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from db.folding import Folded, fold_words, shingles

type LinkKind = Literal["copy", "version", "story"]

# Runs of 12 folded characters are about three words. Characters, because copies lose half-spaces or turn them to
# spaces, which would make other words of the same text.
SHINGLE_WIDTH = 12
STORY_HOURS = 48.0
# Read on real articles (bench.dedup): between 0.33 and 0.35 lie both tellings of one report and reports with a common
# background, so those are left apart. Where a time is not stated, 0.49 still was background.
# How much of the shorter text the longer holds decides nothing: at 0.6 to 0.9, three in seven were round-ups.
STORY_JACCARD = 0.36
UNDATED_JACCARD = 0.6
# A bulletin filled in anew keeps most of its words and few of its figures.
VERSION_JACCARD = 0.7
VERSION_FIGURES = 0.9

_NUMBER = re.compile(r"\d+(?:[.:-]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """What of a version is compared with another."""

    version_id: int
    article_id: int
    outlet: str
    hours: float | None
    title_footer_key: int | None
    body_digest: bytes | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two texts are, each figure as in the columns of article_links."""

    jaccard: float
    containment: float
    figures: float
    hours_apart: float | None
    is_same_key: bool
    is_same_body: bool
    is_same_outlet: bool

    def __str__(self) -> str:
        apart = "times unknown" if self.hours_apart is None else f"{self.hours_apart:.1f} h apart"
        return f"jaccard {self.jaccard:.2f}, containment {self.containment:.2f}, figures {self.figures:.2f}, {apart}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A text cut up for comparing."""

    shingles: np.ndarray[tuple[int], np.dtype[np.uint64]]
    numbers: frozenset[str]


def shape(text: str) -> Shape:
    """The distinct runs of SHINGLE_WIDTH folded characters of a text, as hashes, and its distinct numbers."""
    folded = fold_words(text)
    return Shape(shingles=shingles(folded, SHINGLE_WIDTH), numbers=frozenset(_numbers(folded)))


def likeness(a: Comparable, b: Comparable, shape_a: Shape, shape_b: Shape) -> Likeness:
    """Measure a pair; symmetric."""
    shared = len(np.intersect1d(shape_a.shingles, shape_b.shingles, assume_unique=True))
    sizes = len(shape_a.shingles), len(shape_b.shingles)
    fewer = min(len(shape_a.numbers), len(shape_b.numbers))
    return Likeness(
        jaccard=shared / max(1, sum(sizes) - shared),
        containment=shared / max(1, min(sizes)),
        figures=len(shape_a.numbers & shape_b.numbers) / fewer if fewer else 1.0,
        hours_apart=None if a.hours is None or b.hours is None else abs(a.hours - b.hours),
        is_same_key=a.title_footer_key is not None and a.title_footer_key == b.title_footer_key,
        is_same_body=a.body_digest is not None and a.body_digest == b.body_digest,
        is_same_outlet=a.outlet == b.outlet,
    )


def relation(pair: Likeness) -> tuple[LinkKind, str] | None:
    """What two texts of different articles are to each other, with the name of the rule; None for two reports."""
    if pair.hours_apart is not None and pair.hours_apart > STORY_HOURS:
        return None
    if pair.is_same_body:
        return "copy", "same_outlet_same_words" if pair.is_same_outlet else "same_words"
    if pair.is_same_outlet:
        is_alike = pair.jaccard >= VERSION_JACCARD and pair.figures >= VERSION_FIGURES
        is_near = pair.is_same_key or pair.hours_apart is not None
        return ("version", "same_outlet_changed") if is_alike and is_near else None
    if pair.jaccard < (UNDATED_JACCARD if pair.hours_apart is None else STORY_JACCARD):
        return None
    return ("copy", "same_key_near_words") if pair.is_same_key else ("story", "near_words")


def _numbers(folded: Folded) -> list[str]:
    return _NUMBER.findall(folded.tobytes().decode("utf-16-le", "replace"))
