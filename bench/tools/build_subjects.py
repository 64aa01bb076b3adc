"""Fit parsing/data/subject_weights.tsv to annotated articles: which phrases of a sentence say what a number measures.

    python -m bench.tools.build_subjects FOLDER [half]

FOLDER holds `dev.articles.jsonl` and `dev.gold.jsonl`. With `half`, only articles whose id hashes to an even number are
used, and the others stay for measuring. Weighted logistic regression with a ridge, by Newton's method; the features are
those of `parsing.subjects`, none of them a word but prepositions.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from parsing.document import Document, normalize_article, read
from parsing.jsonl import article_from_json
from parsing.metrics import _GROUPS, _mentions, _once, _settle_units, title_stems
from parsing.subjects import features, frame, stem
from parsing.text import fold

DATA = Path(__file__).parents[2] / "parsing" / "data" / "subject_weights.tsv"
RIDGE = 10.0


def is_even(id: str) -> bool:
    return int(hashlib.sha1(id.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def examples(document: Document, gold: list[dict[str, Any]]) -> list[tuple[list[str], float, float]]:
    """Return (features, share of the phrase in the gold subject, weight) of the phrases near each matched quantity."""
    mentions = list(_mentions(document, None))
    _settle_units(mentions)
    title = title_stems(document)
    left = list(gold)
    found = []
    for mention in _once(mentions):
        quantity = mention.quantity
        same = [one for one in left if one["unit"] == mention.unit and abs(float(quantity.value) - one["value"]) < 1e-3]
        if not same:
            continue
        one = max(same, key=lambda one: len(set(fold(one["subject"])) & set(fold(mention.noun))))
        left.remove(one)
        beside = [other.quantity for other in mentions if other.sentence is mention.sentence]
        framed = frame(mention.sentence.tokens, beside, mention.dates)
        stems = title if mention.sentence.part != "title" else frozenset()
        subject = fold(one["subject"])
        for phrase, cues in features(framed, quantity, _GROUPS.get(mention.kind, "c"), mention.change, stems):
            parts = [part for token in phrase.tokens if len(part := stem(token.fold)) > 1]
            letters = sum(map(len, parts))
            share = sum(len(part) for part in parts if part in subject) / letters if letters else 0.0
            found.append(([name for one in cues for name in one.names], share, min(letters, 20) / 8))
    return found


def fit(rows: list[tuple[list[str], float, float]]) -> dict[str, float]:
    """Return the weight of each feature; «*» is the constant."""
    names = {name: index for index, name in enumerate(sorted({name for row in rows for name in row[0]}))}
    matrix = np.zeros((len(rows), len(names) + 1))
    matrix[:, -1] = 1
    for index, row in enumerate(rows):
        matrix[index, [names[name] for name in row[0]]] = 1
    target, weight = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    ridge = np.full(matrix.shape[1], RIDGE)
    ridge[-1] = 1e-3
    theta = np.zeros(matrix.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-matrix @ theta))
        slope = matrix.T @ (weight * (chance - target)) + ridge * theta
        curve = (matrix * (weight * chance * (1 - chance))[:, None]).T @ matrix + np.diag(ridge)
        theta -= np.linalg.solve(curve, slope)
    return {name: float(theta[index]) for name, index in names.items()} | {"*": float(theta[-1])}


def main() -> int:
    folder, is_half = Path(sys.argv[1]), "half" in sys.argv[2:]
    gold = {row["id"]: row for row in map(json.loads, (folder / "dev.gold.jsonl").open(encoding="utf-8"))}
    rows: list[tuple[list[str], float, float]] = []
    for article in map(json.loads, (folder / "dev.articles.jsonl").open(encoding="utf-8")):
        if not is_half or is_even(article["id"]):
            document = read(normalize_article(article_from_json(article)))
            rows += examples(document, gold[article["id"]]["metrics"])
    weights = {name: weight for name, weight in fit(rows).items() if abs(weight) >= 0.005}
    head = "# Weights of features, of a phrase's place in its sentence, for being part of what a number measures.\n"
    source = "# Source: fitted by bench.tools.build_subjects to annotated articles; licence: as the project.\n"
    lines = [f"{name}\t{weight:.3f}" for name, weight in sorted(weights.items())]
    DATA.write_text(head + source + "feature\tweight\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} phrases, {len(lines)} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
