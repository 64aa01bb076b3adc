"""Articles per CPU-second of one core: normalise + extract, beside hazm's Normalizer alone on the same texts.

    python -m bench.extract [FOLDER]

FOLDER (or DABIR_CORPUS, or ../shared/corpus) holds articles.jsonl.gz. Measured is what production runs: the compiled
package, built on the way (needs a C compiler), in a process of its own; then the sources, whose records must be the
same. Both libraries read all articles in one run, a short stretch each in turns, so a busy machine slows both; the
median ratio of the slices counts. The first slice meets each word for the first time, as a night's first articles do.
Memory is that of the process after each slice, measured again after a second pass over everything: it must not grow.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from bench._compiled import is_compiled, run_again
from bench._corpus import corpus_file, read_rows
from parsing.extract import extract
from parsing.jsonl import article_from_json
from parsing.records import Article

FLOOR = 1.0
SLICES = 8
STRETCH = 100  # articles that one library reads in its turn: a shared machine's speed changes by the second
MOST_GROWTH = 8.0  # MB that a second pass may add: the caches of spellings fill up in the first


def _cpu(work: Callable[[Article], object], articles: Sequence[Article]) -> float:
    gc.disable()  # for both: what a pass of it costs is told by all that this process holds, the articles above all
    began = time.process_time()
    for article in articles:
        work(article)
    took = time.process_time() - began
    gc.enable()
    return took


def _megabytes() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def _measure(path: Path) -> dict[str, float | str]:
    """Print the table; the median ratio, the growth of memory in MB and a digest of all records."""
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
        theirs = ours = 0.0
        for start in range(0, len(part), STRETCH):
            stretch = part[start : start + STRETCH]
            theirs, ours = theirs + _cpu(hazm, stretch), ours + _cpu(extract, stretch)
        ratios.append(theirs / ours)
        rates = f"{len(part) / theirs:8.0f} {len(part) / ours:8.0f}"
        print(f"{number + 1:5d} {rates} {theirs / ours:6.2f} {_megabytes():7.1f}", flush=True)
    first = _megabytes()
    digest = hashlib.sha256()
    for article in articles:
        digest.update(repr(extract(article)).encode())
    second = _megabytes()
    print(f"memory: {before:.1f} MB warm, {first:.1f} after a pass, {second:.1f} after another")
    return {"ratio": statistics.median(ratios), "growth": second - first, "records": digest.hexdigest()}


def main() -> int:
    """Print the tables and the ratio; 1 where it is under the floor, memory grows or compiling changes a record."""
    parser = argparse.ArgumentParser(prog="python -m bench.extract", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="*")
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)  # of the child process
    options = parser.parse_args()
    path = corpus_file(options.folder)
    if options.report:
        print(f"{'compiled' if is_compiled() else 'interpreted'}:")
        options.report.write_text(json.dumps(_measure(path) | {"is_compiled": is_compiled()}))
        return 0
    reports = []
    with tempfile.TemporaryDirectory() as folder:
        for compiled in (True, False):
            report = Path(folder) / f"{compiled}.json"
            if run_again("bench.extract", [str(path), "--report", str(report)], compiled=compiled):
                return 1
            reports.append(json.loads(report.read_text()))
    ours, sources = reports
    assert (ours["is_compiled"], sources["is_compiled"]) == (True, False)
    is_same = ours["records"] == sources["records"]
    print(f"records of the compiled package and of the sources: {'the same' if is_same else 'NOT THE SAME'}")
    print(f"interpreted ratio={sources['ratio']:.2f}")
    print(f"extract ratio={ours['ratio']:.2f} floor={FLOOR}")
    return int(ours["ratio"] < FLOOR or ours["growth"] > MOST_GROWTH or not is_same)


if __name__ == "__main__":
    sys.exit(main())
