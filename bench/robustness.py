"""Extraction over every article of the corpus and over thousands of broken ones: none raises, each ends in time.

    python -m bench.robustness [FOLDER] [--articles N] [--mutants N] [--interpreted]

Run on the compiled package, as production does: what mypyc makes of an annotation that is not true raises TypeError.
The mutants are articles cut anywhere, with shuffled words, lines or letters, in mixed scripts, with control
characters, deeply nested marks, and single lines of 1 MB. The bound is on the CPU time of one article: a fixed part,
and a part for each letter, so that nothing can be quadratic in secret. Evil texts (`EVIL`) are read at two lengths
besides: time may grow little more than they do. Ratio: the bound over the slowest article, or the growth allowed over
the greatest, whichever is less.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from bench._compiled import is_compiled, run_again
from bench._corpus import corpus_file, read_rows
from parsing.document import normalize_article
from parsing.extract import extract
from parsing.jsonl import article_from_json
from parsing.records import Article, Records

FLOOR = 1.0
FIXED, EACH_LETTER = 0.2, 20e-6  # CPU seconds
MEGABYTE = 1_000_000
SHORT, LONGER = 12_000, 8  # letters of an evil text, and how many times as many are read again
MOST_GROWTH = 3.0  # times linear
LEAST_SECONDS = 0.005  # what takes less says nothing of growth

type Mutation = Callable[[str, random.Random], str]


def _cut(text: str, chance: random.Random) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[start:end]


def _shuffle_words(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    chance.shuffle(words)
    return " ".join(words)


def _shuffle_lines(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def _shuffle_letters(text: str, chance: random.Random) -> str:
    letters = list(text[:3000])
    chance.shuffle(letters)
    return "".join(letters)


def _sprinkle(alphabet: str) -> Mutation:
    def mutate(text: str, chance: random.Random) -> str:
        return "".join(letter + chance.choice(alphabet) if chance.random() < 0.06 else letter for letter in text)

    return mutate


def _double(text: str, chance: random.Random) -> str:
    piece = _cut(text, chance)[:400]
    return text + piece * chance.randrange(1, 9)


def _no_spaces(text: str, chance: random.Random) -> str:
    return text.replace(" ", "")


def _digits(text: str, chance: random.Random) -> str:
    return "".join(
        chance.choice("۰۱۲۳۴۵۶۷۸۹٤٥٦789.,/٫٬ ") if letter.isalpha() and chance.random() < 0.2 else letter
        for letter in text
    )


MUTATIONS: tuple[Mutation, ...] = (
    _cut,
    _shuffle_words,
    _shuffle_lines,
    _shuffle_letters,
    _sprinkle("\u200c\u200d\u200e\u200f\u202a\u202e\ufeff\u00ad"),
    _sprinkle("\x00\x01\x08\x0b\x1b\x7f\x85\u2028"),
    _sprinkle("abcXYZпривет漢字🙂éü"),
    _sprinkle("«»()[]{}\"'“”،؛:.!؟…-–"),
    _sprinkle("\ud800\udfff\ufffe"),
    _double,
    _no_spaces,
    _digits,
)


def _mutants(articles: list[Article], count: int, chance: random.Random) -> Iterator[Article]:
    for number in range(count):
        article = chance.choice(articles)
        mutation = MUTATIONS[number % len(MUTATIONS)]

        def changed(text: str | None, mutation: Mutation = mutation) -> str | None:
            return mutation(text, chance) if text else text

        yield replace(
            article,
            kicker=changed(article.kicker),
            title=changed(article.title),
            lead=changed(article.lead),
            body=changed(article.body),
        )


def _long_lines(articles: list[Article]) -> Iterator[Article]:
    """Lines of 1 MB: real sentences without an end, and each of `EVIL` again and again."""
    words = " ".join((article.body or "").replace("\n", " ").replace(".", "") for article in articles)
    for pattern in (words, *EVIL):
        yield Article(outlet="", body=_repeated(pattern, MEGABYTE))


def _repeated(pattern: str, letters: int) -> str:
    """So many letters of a pattern again and again; in it «#» is a number that grows."""
    if "#" not in pattern:
        return (pattern * (letters // max(1, len(pattern)) + 1))[:letters]
    many = letters // len(pattern) + 1
    return "".join([pattern.replace("#", str(number)) for number in range(20, 20 + many)])[:letters]


def _growth() -> float:
    """How much worse than linear the extraction of the worst evil text grows, at two lengths of each."""
    worst = 0.0
    for evil in EVIL:
        took = []
        for letters in (SHORT, SHORT * LONGER):
            article = Article(outlet="", body=_repeated(evil, letters))
            took.append(_timed(article)[1])
        growth = took[1] / LONGER / max(took[0], LEAST_SECONDS)
        if growth > worst:
            worst = growth
            print(f"  {evil!r}: {took[0]:.3f} s for {SHORT} letters, {took[1]:.3f} s for {LONGER} times as many")
    return worst


# What a pattern or a loop could go back and forth over.
EVIL = (
    "ا",
    "۱",
    "«",
    "(",
    "، ",
    "و ",
    "مدیرکل ",
    "علی ",
    "سازمان ",
    "۱۲ درصد ",
    "در جلسه ",
    "به ",
    "\u200c",
    "هزار و ",
    ". ",
    ": ",
    "۱.",
    "استان ",
    "شورای ",
    "هزار ",
    "نفر و ",
    "از این تعداد ۱۲ نفر ",
    "در استان لرستان ۱۲ نفر ",
    "می‌",
    "تا ",
    "ها ",
    "ه ای ",
    "گفت و ",
    "a",
    "a.",
    "a@b.",
    "۱,۲۳۴",
    "۱/",
    "- ",
    "/ ",
    "،",
    '"',
    "« ",
    "»)",
    "([{",
    "؟!",
    " ,",
    "انتهای پیام ",
    "انتهای پیام/",
    "ء",
    "# نفر و ",
    "# پروژه و ",
    "# میلیون و ",
    "۵۰ نفر و ۳۰ نفر و ",
    "از این تعداد # درصد و ",
    "از مجموع # واحد # پروژه و ",
    "در اردبیل # درصد و ",
    "اداره مطالعات و مقررات بانکی بانک مرکزی و ",
    "کمیسیون کشاورزی، آب، منابع طبیعی، ",
    "معاون قضایی رئیس کل ",
    'سردار "',
    'دکتر "رضا نجفی"(Reza)، ',
    "والمسلمین ",
)


def _timed(article: Article) -> tuple[Records, float]:
    """The records of an article and the CPU seconds they took, without the collector of garbage: a pass over all that
    is held here takes half a second, on whichever article it falls."""
    gc.disable()
    try:
        began = time.process_time()
        return extract(article), time.process_time() - began
    finally:
        gc.enable()


def _check(article: Article) -> float:
    """CPU seconds of one article; raises AssertionError where a record does not stand in the text."""
    records, took = _timed(article)
    text = normalize_article(article).text
    for kind in (records.officials, records.organizations, records.metrics, records.meetings):
        for record in kind:
            span = record.span
            assert 0 <= span.sentence_start <= span.start < span.end <= span.sentence_end <= len(text), span
    return took


def main() -> int:
    """Print what was run and the slowest articles; 1 where one raised or took longer than its bound."""
    parser = argparse.ArgumentParser(prog="python -m bench.robustness", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="*")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--interpreted", action="store_true", help="run the sources as they are")
    options = parser.parse_args()
    if not options.interpreted and not is_compiled():
        return run_again("bench.robustness", sys.argv[1:], compiled=True)
    articles = [article_from_json(row) for row in islice(read_rows(corpus_file(options.folder)), options.articles)]
    chance = random.Random(4)
    extract(articles[0])  # reads the lexicons
    groups: tuple[tuple[str, Iterator[Article]], ...] = (
        ("articles", iter(articles)),
        ("mutants", _mutants(articles, options.mutants, chance)),
        ("lines of 1 MB", _long_lines(articles[:400])),
    )
    failures, worst = 0, 0.0
    for name, group in groups:
        count, slowest, cpu = 0, (0.0, 0.0, 0), 0.0
        for article in group:
            count += 1
            try:
                took = _check(article)
            except Exception as error:
                failures += 1
                print(f"  {name} {count}: {type(error).__name__}: {error} in {article.text[:80]!r}")
                continue
            cpu += took
            share = took / (FIXED + EACH_LETTER * len(article.text))
            slowest = max(slowest, (share, took, len(article.text)))
        worst = max(worst, slowest[0])
        print(f"{name}: {count} extracted in {cpu:.1f} CPU s; slowest {slowest[1]:.3f} s for {slowest[2]} letters")
    print(f"{failures} raised")
    growth = _growth()
    print(f"growth over {len(EVIL)} evil texts: at most {growth:.2f} times linear")
    ratio = min(1 / worst if worst else 0.0, MOST_GROWTH / growth)
    print(f"robustness ratio={ratio:.2f} floor={FLOOR}")
    return int(bool(failures) or ratio < FLOOR)


if __name__ == "__main__":
    sys.exit(main())
