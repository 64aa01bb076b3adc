"""Who is who on real articles, held against verdicts of reading: precision of merges and what was missed.

    python -m bench.resolution [ARTICLES.jsonl.gz]
    python -m bench.resolution [ARTICLES.jsonl.gz] --draw merges SEED     print 100 pairs put into one person
    python -m bench.resolution [ARTICLES.jsonl.gz] --draw apart SEED      print 100 pairs of one name left apart

Loads the articles into an empty warehouse, resolves them and looks up every pair of `resolution_judgements.tsv`. Exit
code 1 where less than FLOOR of the judged pairs that are one person are rightly so, or too many pairs
are no longer found. Pairs to be read are printed with
their sentences; verdicts are kept by article and span, without text.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from bench._corpus import corpus_file
from dabir.importing import import_articles
from dabir.resolving import resolve
from db.engine import engine, upgrade
from db.server import ensure_database, start
from parsing.namesakes import name_key

JUDGEMENTS = Path(__file__).with_name("resolution_judgements.tsv")
FLOOR = 0.97
MOST_GONE = 0.1  # of the judged pairs; with more, extraction has changed too much for the verdicts to say anything
DRAWN = 100

MENTIONS = text(
    "select m.person_id, a.article_id, a.code, o.name, o.name_fold, o.post, o.span_start, o.span_end, m.reason, "
    "record_sentence(o.version_id, o.sentence_start, o.sentence_end) as sentence from official_mentions m "
    "join officials o using (version_id, record_id) join articles a on a.current_version_id = m.version_id "
    "where person_id is not null order by a.article_id, o.span_start, o.record_id"
)


class Judged(NamedTuple):
    """A pair that was read: article and span of each mention, the sample it was of, the verdict."""

    a: tuple[str, int, int]
    b: tuple[str, int, int]
    sample: str
    verdict: str


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.resolution", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", nargs="*", metavar="ARTICLES.jsonl.gz", help="the file or its folder")
    parser.add_argument("--draw", nargs=2, metavar=("merges|apart", "SEED"), help="print pairs to be read")
    options = parser.parse_args(arguments)
    if options.draw and (options.draw[0] not in ("merges", "apart") or not options.draw[1].isdecimal()):
        parser.error("--draw takes merges or apart, and a number")
    file = corpus_file(options.articles)
    with tempfile.TemporaryDirectory(prefix="dabir_resolution_") as folder, start(Path(folder) / "postgres") as server:
        url = ensure_database(server, "resolution")
        upgrade(url)
        warehouse = engine(url)
        print(import_articles(warehouse, str(file)).tally)
        for what in ("all", "again"):
            began = time.perf_counter()
            done = resolve(warehouse)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"resolve {what}: {done}; {time.perf_counter() - began:.1f} s, {peak} MB")
        by_person = people(warehouse)
        warehouse.dispose()
    if options.draw:
        what, seed = options.draw[0], int(options.draw[1])
        for a, b in (merges if what == "merges" else apart)(by_person, random.Random(seed)):
            print(f"{shown(a)}\n{shown(b)}\n")
        return 0
    return judge(by_person)


def people(warehouse: Engine) -> dict[int, list[Any]]:
    by_person: dict[int, list[Any]] = defaultdict(list)
    with warehouse.connect() as connection:
        for row in connection.execute(MENTIONS):
            by_person[row.person_id].append(row)
    return by_person


def judge(by_person: dict[int, list[Any]]) -> int:
    """Print what became of the judged pairs; 1 where the precision is under FLOOR."""
    of_article: dict[str, list[Any]] = defaultdict(list)
    for mentions in by_person.values():
        for mention in mentions:
            of_article[mention.code].append(mention)

    def person(place: tuple[str, int, int]) -> int | None:
        code, first, last = place
        return next((one.person_id for one in of_article[code] if one.span_start < last and first < one.span_end), None)

    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in read_judgements():
        one, other = person(pair.a), person(pair.b)
        outcome = "gone" if one is None or other is None else "one" if one == other else "two"
        for sample in (pair.sample, "all"):
            counts[sample][f"{pair.verdict} {outcome}"] += 1
    print(f"{'sample':12} {'right':>6} {'wrong':>6} {'missed':>7} {'apart':>6} {'unsure':>7} {'gone':>5}")
    for sample, count in counts.items():
        unsure = count["unsure one"] + count["unsure two"]
        gone = sum(number for outcome, number in count.items() if outcome.endswith("gone"))
        print(
            f"{sample:12} {count['same one']:6} {count['different one']:6} {count['same two']:7} "
            f"{count['different two']:6} {unsure:7} {gone:5}"
        )
    names: dict[str, set[int]] = defaultdict(set)
    for person_id, mentions in by_person.items():
        for mention in mentions:
            names[name_key(mention.name_fold)].add(person_id)
    several = [len(ids) for ids in names.values() if len(ids) > 1]
    merged = sum(len({mention.article_id for mention in mentions}) - 1 for mentions in by_person.values())
    print(f"{merged} mentions joined to another article's; {len(several)} names of {sum(several)} people")
    count = counts["all"]
    precision = count["same one"] / max(1, count["same one"] + count["different one"])
    lost = sum(number for outcome, number in count.items() if outcome.endswith("gone")) / max(1, count.total())
    print(f"resolution precision={precision:.3f} floor={FLOOR} gone={lost:.2f}")
    return 0 if precision >= FLOOR and lost <= MOST_GONE else 1


def read_judgements() -> list[Judged]:
    found = []
    for line in JUDGEMENTS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            a, a_span, b, b_span, sample, verdict, _ = line.split("\t")
            found.append(Judged(_place(a, a_span), _place(b, b_span), sample, verdict))
    return found


def _place(code: str, span: str) -> tuple[str, int, int]:
    first, last = span.split("-")
    return code, int(first), int(last)


def merges(by_person: dict[int, list[Any]], chosen: random.Random) -> list[tuple[Any, Any]]:
    """Pairs of mentions of two articles in one person; every mention but one of a person is as likely."""
    pool = [
        person
        for person in sorted(by_person)
        for _ in range(len({mention.article_id for mention in by_person[person]}) - 1)
    ]
    pairs = []
    for person in chosen.sample(pool, min(DRAWN, len(pool))):
        one = chosen.choice(by_person[person])
        pairs.append((one, chosen.choice([each for each in by_person[person] if each.article_id != one.article_id])))
    return pairs


def apart(by_person: dict[int, list[Any]], chosen: random.Random) -> list[tuple[Any, Any]]:
    """Pairs of mentions of one name in two people; every name that several people have is as likely."""
    names: dict[str, set[int]] = defaultdict(set)
    for person, mentions in by_person.items():
        for mention in mentions:
            names[name_key(mention.name_fold)].add(person)
    several = sorted(name for name, ids in names.items() if len(ids) > 1)
    pairs = []
    for _ in range(DRAWN if several else 0):
        one, other = chosen.sample(sorted(names[chosen.choice(several)]), 2)
        pairs.append((chosen.choice(by_person[one]), chosen.choice(by_person[other])))
    return pairs


def shown(mention: Any) -> str:
    span = f"{mention.span_start}-{mention.span_end}"
    return f"{mention.code}\t{span}\t{mention.name} / {mention.post}\t{mention.reason}\t{mention.sentence}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
