"""What dedup merges on real articles, judged, beside the naive key «folded title + footer».

    python -m bench.dedup [ARTICLES.jsonl[.gz]] [PAIRS.jsonl] [--list]

Loads the articles into an empty warehouse through the real load and lists (--list) every pair it links, with figures
and titles, to be read. `dedup_judgements.tsv` holds the verdicts of reading: the candidate pairs across outlets, and
every link within the same articles. Without arguments the files are those of the folder $DABIR_CORPUS.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from bench._corpus import corpus_file
from dabir.lines import decode, open_lines
from db.dedup import Comparable, likeness, relation, shape
from db.engine import engine, upgrade
from db.folding import fold_words, sketch
from db.identity import hash64, title_footer_key
from db.load import Incoming, Tally, load
from db.server import ensure_database, start
from parsing.document import normalize_article
from parsing.jsonl import article_from_json
from parsing.records import Article, Records, Rejected

JUDGEMENTS = Path(__file__).with_name("dedup_judgements.tsv")
SEEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
FLOOR = 2.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.dedup", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", nargs="*", metavar="FILE", help="ARTICLES.jsonl[.gz], PAIRS.jsonl")
    parser.add_argument("--list", action="store_true", help="every pair linked, to be read")
    options = parser.parse_args(arguments)
    files, is_listed = options.articles, options.list
    articles_file = corpus_file(files)
    pairs_file = Path(files[1]) if len(files) > 1 else articles_file.with_name("cross_agency_pairs.jsonl")
    verdicts = read_judgements()

    with tempfile.TemporaryDirectory(prefix="dabir_dedup_") as folder, start(Path(folder) / "postgres") as server:
        url = ensure_database(server, "dedup")
        upgrade(url)
        warehouse = engine(url)
        began = time.perf_counter()
        tally, naive = load_all(warehouse, articles_file)
        print(f"{tally.seen} articles in {time.perf_counter() - began:.0f} s: {tally}")
        judged = judge_links(warehouse, verdicts, is_listed)
        with warehouse.connect() as connection:
            kept = connection.scalar(text("select count(*) from articles"))
            stories = connection.scalar(text("select count(*) from stories"))
        warehouse.dispose()
    dropped = tally.seen - tally.rejected - tally.same - (kept or 0)
    print(f"articles kept apart {kept}, dropped {dropped}, stories {stories}")
    print(f"naive title + footer: {naive['merged']} articles merged away under {naive['keys']} keys")
    ours, theirs = judge_pairs(pairs_file, verdicts)
    print("\n53 candidate pairs        precision  recall    F1   found wrong missed")
    for name, score in (("bodies within 48 h", ours), ("title + footer", theirs)):
        precision, recall, f1 = measures(score)
        counts = f"{score['found']:5} {score['wrong']:5} {score['missed']:6}"
        print(f"{name:25} {precision:9.3f} {recall:7.3f} {f1:5.3f} {counts}")
    ratio = measures(ours)[2] / max(measures(theirs)[2], 0.01)
    is_right = measures(ours)[0] >= 0.98 and measures(ours)[1] >= 0.95 and not dropped and set(judged) == {"same"}
    print(f"dedup ratio={ratio:.1f} floor={FLOOR:g}")
    return 0 if ratio >= FLOOR and is_right else 1


def read_judgements() -> dict[frozenset[str], str]:
    """Verdict (same, different) by the ids of a pair."""
    verdicts = {}
    for line in JUDGEMENTS.read_text().splitlines():
        if line and not line.startswith("#"):
            first, second, verdict, *_ = line.split("\t")
            verdicts[frozenset((first, second))] = verdict
    return verdicts


def read_articles(file: Path) -> Iterator[Article]:
    with open_lines(str(file)) as (lines, _, _):
        for line in lines:
            yield normalize_article(article_from_json(decode(line)))


def load_all(warehouse: Engine, file: Path) -> tuple[Tally, Counter[str]]:
    keys: Counter[int] = Counter()
    tally = Tally()
    for number, articles in enumerate(batched(read_articles(file), 500)):
        for article in articles:
            if (key := title_footer_key(article.title, article.footer)) is not None:
                keys[key] += 1
        batch: list[Incoming | Rejected] = [
            Incoming(article=article, records=Records(), seen_at=SEEN_AT) for article in articles
        ]
        tally += load(warehouse, batch, batch_key=f"dedup {number}")
    shared = [count for count in keys.values() if count > 1]
    return tally, Counter(keys=len(shared), merged=sum(shared) - len(shared))


def judge_links(warehouse: Engine, verdicts: dict[frozenset[str], str], is_listed: bool) -> Counter[str]:
    """Hold every link against its verdict; print the unjudged and the wrong ones, and with `is_listed` all."""
    query = text(
        "select l.kind, l.reason, l.jaccard, l.containment, l.figures, l.hours_apart, a.code as a, b.code as b, "
        "a.outlet as outlet_a, b.outlet as outlet_b, ta.title as title_a, tb.title as title_b "
        "from article_links l join article_versions va on va.version_id = version_a_id "
        "join article_versions vb on vb.version_id = version_b_id join articles a on a.article_id = va.article_id "
        "join articles b on b.article_id = vb.article_id join article_texts ta on ta.version_id = va.version_id "
        "join article_texts tb on tb.version_id = vb.version_id order by l.jaccard"
    )
    judged: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    with warehouse.connect() as connection:
        for row in connection.execute(query):
            verdict = verdicts.get(frozenset((row.a, row.b)), "not judged")
            judged[verdict] += 1
            kinds[f"{row.kind} {row.reason}"][verdict] += 1
            if is_listed or verdict != "same":
                figures = f"j={row.jaccard:.2f} c={row.containment:.2f} f={row.figures:.2f} h={row.hours_apart}"
                titles = f"{row.outlet_a}: {row.title_a}\t{row.outlet_b}: {row.title_b}"
                print(f"{verdict}\t{row.a}\t{row.b}\t{row.kind} {row.reason} {figures}\t{titles}")
    for kind, counts in sorted(kinds.items()):
        print(f"{kind:32} {dict(counts)}")
    return judged


def judge_pairs(file: Path, verdicts: dict[frozenset[str], str]) -> tuple[Counter[str], Counter[str]]:
    ours: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    for line in file.read_text().splitlines():
        pair = json.loads(line)
        a, b = (_article(pair[side]) for side in "ab")
        verdict = verdicts.get(frozenset((pair["a"]["id"], pair["b"]["id"])), "not judged")
        is_one = verdict == "same"
        _score(ours, is_one, is_candidate(a, b) and relation(likeness(*_compared(a, b))) is not None)
        key = title_footer_key(a.title, a.footer)
        _score(theirs, is_one, key is not None and key == title_footer_key(b.title, b.footer))
    return ours, theirs


def is_candidate(a: Article, b: Article) -> bool:
    """Whether the warehouse would compare the two at all: whether their sketches meet."""
    first, second = (set(sketch(fold_words(one.lead, one.body))) for one in (a, b))
    return bool(first & second)


def _article(side: dict[str, Any]) -> Article:
    title, _, body = side["text"].partition("\n")
    row = {"id": side["id"], "outlet": side["outlet"], "title": title, "body": body, "published": side["published"]}
    return normalize_article(article_from_json(row))


def _compared(a: Article, b: Article) -> tuple[Any, ...]:
    texts = ["\n".join(filter(None, (one.lead, one.body))) for one in (a, b)]
    sides = [
        Comparable(
            version_id=place,
            article_id=hash64(one.outlet, one.code),
            outlet=one.outlet,
            hours=one.published.timestamp() / 3600 if one.published else None,
            title_footer_key=title_footer_key(one.title, one.footer),
            body_digest=None,
            text=words,
        )
        for place, (one, words) in enumerate(zip((a, b), texts, strict=True))
    ]
    return (*sides, *map(shape, texts))


def _score(score: Counter[str], is_one: bool, is_found: bool) -> None:
    score["found"] += is_one and is_found
    score["missed"] += is_one and not is_found
    score["wrong"] += is_found and not is_one


def measures(score: Counter[str]) -> tuple[float, float, float]:
    """Precision, recall and F1; precision is 1 where nothing was found."""
    precision = score["found"] / max(1, score["found"] + score["wrong"]) if score["found"] + score["wrong"] else 1.0
    recall = score["found"] / max(1, score["found"] + score["missed"])
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
