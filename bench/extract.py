"""Articles per CPU-second of one core: normalise + extract, beside hazm's Normalizer alone on the same texts.

    python -m bench.extract [FOLDER]

FOLDER (or DABIR_CORPUS, or ../shared/corpus) holds articles.jsonl.gz. Both read all its articles in alternating slices
of one run, so a busy machine slows both; the median ratio of the slices counts. The first slice meets each word for the
first time, as a night's first articles do; what is remembered of words is full after two or three. Memory is that of
the process after each slice, measured again after a second pass over everything: it must not grow.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import psutil

from bench._corpus import corpus_file, read_rows
from parsing.extract import extract
from parsing.jsonl import article_from_json
from parsing.records import Article

FLOOR = 1.0
SLICES = 8
MOST_GROWTH = 8.0  # MB that a second pass may add: the caches of spellings fill up in the first


def _cpu(work: Callable[[Article], object], articles: Sequence[Article]) -> float:
    began = time.process_time()
    for article in articles:
        work(article)
    return time.process_time() - began


def _megabytes() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def main() -> int:
    """Print the table and the ratio; 1 where it is under the floor or memory grows."""
    path = corpus_file(sys.argv[1:])
    articles = [article_from_json(row) for row in read_rows(path)]
    letters = sum(len(article.text) for article in articles) / len(articles)
    from hazm import Normalizer

    normalizer = Normalizer()

    def hazm(article: Article) -> object:
        return normalizer.normalize(article.text)

    warm = articles[:40]
    _cpu(extract, warm)
    _cpu(hazm, warm)
    before = _megabytes()
    print(f"{len(articles)} articles of {letters:.0f} letters; articles per CPU-second, one core")
    print(f"{'slice':>5} {'hazm':>8} {'Dabir':>8} {'ratio':>6} {'MB':>7}")
    ratios: list[float] = []
    size = -(-len(articles) // SLICES)
    for number in range(SLICES):
        part = articles[number * size : (number + 1) * size]
        theirs, ours = _cpu(hazm, part), _cpu(extract, part)
        ratios.append(theirs / ours)
        rates = f"{len(part) / theirs:8.0f} {len(part) / ours:8.0f}"
        print(f"{number + 1:5d} {rates} {theirs / ours:6.2f} {_megabytes():7.1f}")
    first = _megabytes()
    _cpu(extract, articles)
    second = _megabytes()
    print(f"memory: {before:.1f} MB warm, {first:.1f} after a pass, {second:.1f} after another")
    ratio = statistics.median(ratios)
    print(f"extract ratio={ratio:.2f} floor={FLOOR}")
    return int(ratio < FLOOR or second - first > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
