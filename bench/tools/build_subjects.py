"""Fit parsing/data/subject_weights.tsv to annotated articles: which words of a sentence say what a number measures.

    python -m bench.tools.build_subjects FOLDER [--corpus FILE] [--half] [--folds N]

FOLDER holds `dev.articles.jsonl` and `dev.gold.jsonl`; with --half only articles whose id hashes to an even number are
used, and the others stay for measuring. FILE is a gzipped file of articles, a line of JSON each; those named in
`subject_spans.tsv` are used too. With --folds the share of subjects that match is printed by cross-validation over
articles, and nothing is written. Weighted logistic regression with a ridge; the features are those of
`parsing.cues`. Words themselves are features («w:») where LEAST annotated quantities or more have them near.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dabir.scoring import ALIKE_SUBJECT, FILLERS, alike, fold_for_scoring
from parsing import subjects
from parsing.cues import Cues
from parsing.document import Document, normalize_article, read
from parsing.figures import Figure, find_figures, once
from parsing.frames import Frame, frame
from parsing.jsonl import article_from_json
from parsing.letters import fold
from parsing.metrics import GROUPS, setting_of
from parsing.subjects import Scored, Setting, choose, features
from parsing.wording import render
from parsing.words import stem

DATA = Path(__file__).parents[2] / "parsing" / "data" / "subject_weights.tsv"
SPANS = Path(__file__).with_name("subject_spans.tsv")
RIDGE = 20.0
SMALLEST = 0.02  # weights under this are left out
LEAST = 4
ALIKE = ALIKE_SUBJECT
GOLD = 3.0  # how much a subject of the gold files weighs: with 1 to 3 as many others match by cross-validation
STEPS = 800
# One subject that is not alike weighs as much as the log loss of so many words of five letters; the curve at the
# threshold is so steep; and steps end long before the minimum. By cross-validation.
TOGETHER = 20.0
SHARPNESS = 10.0
STEPS_TOGETHER = 80
STRIDE = 0.01
IGNORED = frozenset(fold(word) for filler in FILLERS for word in filler.split())


class Example(NamedTuple):
    """A quantity of an article, its annotated subject, how much that weighs, and the words near it with features."""

    article: str
    frame: Frame
    figure: Figure
    setting: Setting
    subject: str
    weight: float
    words: list[tuple[subjects.Candidate, tuple[Cues, ...]]]


def is_even(id: str) -> bool:
    return int(hashlib.sha1(id.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def example(
    id: str, document: Document, figures: Sequence[Figure], figure: Figure, subject: str, weight: float
) -> Example:
    beside = [other.quantity for other in figures if other.sentence is figure.sentence]
    framed = frame(figure.sentence.tokens, beside, figure.dates)
    setting, group = setting_of(document), GROUPS.get(figure.kind, "c")
    words = features(framed, figure.quantity, group, figure.change, setting, figure.sentence.part)
    return Example(id, framed, figure, setting, subject, weight, words)


def from_gold(folder: Path, *, is_half: bool) -> Iterator[Example]:
    """The metrics of the gold files that extraction finds, by value and unit."""
    gold = {row["id"]: row for row in map(json.loads, (folder / "dev.gold.jsonl").open(encoding="utf-8"))}
    for article in map(json.loads, (folder / "dev.articles.jsonl").open(encoding="utf-8")):
        if is_half and not is_even(article["id"]):
            continue
        document = read(normalize_article(article_from_json(article)))
        figures = find_figures(document)
        kept = once(figures)
        left: list[dict[str, Any]] = list(gold[article["id"]]["metrics"])
        for figure in kept:
            value, noun = float(figure.quantity.value), fold(figure.noun)
            same = [one for one in left if one["unit"] == figure.unit and abs(value - one["value"]) < 1e-3]
            if same:
                best = max(same, key=lambda one: len(set(fold(one["subject"])) & set(noun)))
                left.remove(best)
                yield example(article["id"], document, figures, figure, best["subject"], GOLD)


def from_spans(corpus: Path) -> Iterator[Example]:
    """The quantities of `subject_spans.tsv`: where each is printed, and where the words of its subject are."""
    chosen: dict[str, list[tuple[tuple[int, int], list[tuple[int, int]]]]] = defaultdict(list)
    for line in SPANS.read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "article")):
            id, quantity_at, words_at = line.split("\t")
            chosen[id].append((_span(quantity_at), [_span(one) for one in words_at.split()]))
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            if article["id"] not in chosen:
                continue
            document = read(normalize_article(article_from_json(article)))
            figures = find_figures(document)
            kept = once(figures)
            for (start, end), spans in chosen.pop(article["id"]):
                words = " ".join(document.text[first:last] for first, last in spans)
                for figure in kept:
                    quantity, sentence = figure.quantity, figure.sentence
                    if sentence.start_of(quantity.start) < end and start < sentence.end_of(quantity.end - 1):
                        yield example(article["id"], document, figures, figure, words, 1.0)


def _span(text: str) -> tuple[int, int]:
    first, last = text.split("-")
    return int(first), int(last)


def share(folded: str, pairs: set[tuple[str, str]]) -> float:
    """The share of a word's pairs of letters, without its ending, that the subject has."""
    own = list(pairwise(stem(folded)))
    return sum(pair in pairs for pair in own) / len(own) if own else 0.0


@dataclass(frozen=True)
class Words:
    """The words near all quantities, a row each.

    `features` are ids, padded with one that weighs 0; `example` says whose word it is, `wanted` which share of it is in
    the annotated subject, `letters` how many letters it has and `counted` how many of them the comparison counts, which
    leaves out «استان» and the like. `subjects` are the letters of the annotated subject of each example, `weights` how
    much each weighs.
    """

    names: dict[str, int]
    features: np.ndarray
    example: np.ndarray
    wanted: np.ndarray
    letters: np.ndarray
    counted: np.ndarray
    subjects: np.ndarray
    weights: np.ndarray


def words_of(examples: Sequence[Example]) -> Words:
    near = Counter(name for one in examples for _, cues in one.words for cue in cues for name in cue.names)
    rare = {name for name, times in near.items() if times < LEAST and name.startswith("w:")}
    names: dict[str, int] = {"*": 0}
    rows: list[list[int]] = []
    columns: list[tuple[float, ...]] = []
    for number, one in enumerate(examples):
        pairs = {pair for word in one.subject.replace("\u200c", " ").split() for pair in pairwise(fold(word))}
        for candidate, cues in one.words:
            used = [name for cue in cues for name in cue.names if name not in rare]
            rows.append([0, *(names.setdefault(name, len(names)) for name in used)])
            letters = len(candidate.fold)
            columns.append((number, share(candidate.fold, pairs), letters, letters * (candidate.fold not in IGNORED)))
    width = max(map(len, rows))
    padded = np.array([row + [len(names)] * (width - len(row)) for row in rows])
    example, wanted, letters, counted = np.array(columns).T
    subjects = np.array([max(1, len(fold_for_scoring(one.subject, drop_filler=True))) for one in examples])
    weights = np.array([one.weight for one in examples])
    return Words(names, padded, example.astype(int), wanted, letters, counted, subjects, weights)


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Return the weight of each feature; «*» is the constant.

    First each word by itself: weighted logistic regression, by accelerated gradient steps, each weight by its own bound
    on the curvature. From there on, with what that minimises, whole subjects: how many are not alike to the annotated
    one, made smooth, by Adam's steps (Kingma and Ba 2015).
    """
    words = words_of(examples)
    size, width = len(words.names) + 1, words.features.shape[1]
    ridge = np.full(size, RIDGE)
    ridge[0] = 1e-3
    weight = np.minimum(words.letters, 10) / 5 * words.weights[words.example]
    lengths = (words.features < size - 1).sum(1)
    bound = 0.25 * np.bincount(words.features.ravel(), np.repeat(weight * lengths, width), size) + ridge

    def slope_of(theta: np.ndarray, *, together: float) -> np.ndarray:
        chance = 1 / (1 + np.exp(-theta[words.features].sum(1)))
        slopes = weight * (chance - words.wanted**2)
        if together:
            slopes = slopes + together * _slope_together(words, chance)
        slope: np.ndarray = np.bincount(words.features.ravel(), np.repeat(slopes, width), size) + ridge * theta
        return slope

    theta = ahead = np.zeros(size)
    pace = 1.0
    for _ in range(STEPS):
        stepped = ahead - slope_of(ahead, together=0) / bound
        stepped[-1] = 0.0
        following = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = stepped + (pace - 1) / following * (stepped - theta)
        theta, pace = stepped, following
    mean, square = np.zeros(size), np.zeros(size)
    for step in range(1, STEPS_TOGETHER + 1):
        slope = slope_of(theta, together=TOGETHER)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        theta = theta - STRIDE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        theta[-1] = 0.0
    return {name: round(float(theta[index]), 2) for name, index in words.names.items() if abs(theta[index]) >= SMALLEST}


def _slope_together(words: Words, chance: np.ndarray) -> np.ndarray:
    """How the smooth number of subjects that are not alike grows with the log-odds of each word.

    A subject is expected to have of each word its letters times its chance; Dice's coefficient of that with the
    annotated one is held against the threshold by a logistic curve.
    """
    size = len(words.subjects)
    common = np.bincount(words.example, chance * words.wanted * words.counted, size)
    whole = np.bincount(words.example, chance * words.counted, size) + words.subjects
    alike_by = 2 * common / whole
    missed = 1 / (1 + np.exp(SHARPNESS * (alike_by - ALIKE)))
    by_measure = -SHARPNESS * words.weights * missed * (1 - missed)
    of = words.example
    by_chance = 2 * words.counted * (words.wanted * whole[of] - common[of]) / whole[of] ** 2
    slopes: np.ndarray = by_measure[of] * by_chance * chance * (1 - chance)
    return slopes


def subject_of(one: Example, weights: dict[str, float]) -> str:
    """The subject that these weights choose."""
    base = weights["*"] + subjects._CAUTION
    scored = [
        Scored(candidate, 1 / (1 + float(np.exp(-base - sum(weights.get(n, 0.0) for cue in cues for n in cue.names)))))
        for candidate, cues in one.words
    ]
    phrases, needs_place = choose(sorted(scored, key=lambda one: -one.chance))
    group = GROUPS.get(one.figure.kind, "c")
    subject = render(one.frame, one.figure.quantity, phrases, group)
    return f"{subject} {one.setting.place}" if needs_place else subject


def cross_validate(examples: Sequence[Example], folds: int) -> dict[float, tuple[int, int]]:
    """How many subjects are alike to the annotated ones, each chosen by weights fitted without its article.

    Returns by the weight of the subjects how many match, and how many there are.
    """

    def fold_of(id: str) -> int:
        return int(hashlib.sha1(id.encode(), usedforsecurity=False).hexdigest(), 16) // 2 % folds

    matched: Counter[float] = Counter()
    for number in range(folds):
        weights = fit([one for one in examples if fold_of(one.article) != number])
        for one in examples:
            if fold_of(one.article) == number:
                matched[one.weight] += bool(alike(one.subject, subject_of(one, weights), ALIKE))
    return {weight: (matched[weight], count) for weight, count in Counter(one.weight for one in examples).items()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.tools.build_subjects")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--folds", type=int, default=0)
    options = parser.parse_args()
    examples = list(from_gold(options.folder, is_half=options.half))
    if options.corpus:
        examples += from_spans(options.corpus)
    if options.folds:
        for weight, (matched, count) in cross_validate(examples, options.folds).items():
            print(f"of weight {weight:g}: {count} subjects, {matched / count:.3f} alike by cross-validation")
        return 0
    weights = fit(examples)
    head = "# Weights of features, of a word's place in its sentence, for being part of what a number measures.\n"
    columns = "# `feature`: its name, as parsing/cues.py makes it. `weight`: what it adds to the logit of the chance.\n"
    source = "# Source: fitted by bench.tools.build_subjects to annotated articles; licence: as the project.\n"
    lines = [f"{name}\t{weight:.2f}" for name, weight in sorted(weights.items())]
    DATA.write_text(head + columns + source + "feature\tweight\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(examples)} subjects, {sum(len(one.words) for one in examples)} words, {len(lines)} weights")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
