"""Build parsing/data/{vocabulary,spelling,verbs}.tsv from a folder of articles and from hazm's words and verbs.

    python -m bench.tools.build_spelling FOLDER

FOLDER (or the environment variable DABIR_CORPUS) holds `articles.jsonl.gz`. Only counts of words are kept, no text.
A compound is spelled as the corpus spells it most: with a half-space, or apart. The lists change only when this is
run again, so a change of spelling is seen in review.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from parsing.text import ZWNJ, clean

DATA = Path(__file__).parents[2] / "parsing" / "data"
WORDS = re.compile("[^\\W\\d_]+(?:\u200c[^\\W\\d_]+)*")
SOURCE = (
    "# Source: counts of words in 13,509 articles of ten outlets and hazm 0.12 (words.dat, Conjugation); "
    "licence: MIT (hazm), counts are facts.\n"
)
# A spelling with a half-space is taken over words apart from a third of their count on: joined is the safer of two
# close ones, because a rule can then name it as one word.
JOIN_SHARE = 1 / 3


def lines(folder: Path) -> Iterator[str]:
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as articles:
        for article in map(json.loads, articles):
            for part in ("kicker", "title", "lead", "body"):
                yield from clean(article.get(part) or "").split("\n")


def is_plain(word: str) -> bool:
    return len(word) < 25 and persian(word) and ZWNJ not in word


def persian(word: str) -> bool:
    return all("\u0600" <= letter <= "\u06ff" or letter == ZWNJ for letter in word)


def count(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Count the words of the corpus, then the pairs of words that are also seen as one with a half-space."""
    words: Counter[str] = Counter()
    for line in lines(folder):
        words.update(WORDS.findall(line))
    keys = {word.replace(ZWNJ, "") for word in words if ZWNJ in word}
    pairs: Counter[str] = Counter()
    for line in lines(folder):
        found = WORDS.findall(line)
        for first, second in pairwise(found):
            if (first + second).replace(ZWNJ, "") in keys:
                pairs[f"{first} {second}".replace(ZWNJ, "")] += 1
    return words, pairs


def hazm_words() -> dict[str, int]:
    """Return hazm's words without half-space that have a count."""
    text = files("hazm").joinpath("data", "words.dat").read_text(encoding="utf-8")
    found = (line.split("\t") for line in text.splitlines())
    return {clean(cells[0]): int(cells[1]) for cells in found if len(cells) > 1 and cells[1].isdigit()}


def conjugated() -> dict[str, str]:
    """Return every one-word form of hazm's verbs with its infinitive."""
    from hazm import Conjugation

    conjugation = Conjugation()
    text = files("hazm").joinpath("data", "verbs.dat").read_text(encoding="utf-8")
    forms: dict[str, str] = {}
    for verb in text.split():
        past, _, present = verb.partition("#")
        if len(past) < 2 or not present:
            continue
        for form in conjugation.get_all(verb):
            if " " not in form:
                forms.setdefault(clean(form), past + "ن")
    return forms


def spellings(words: Counter[str], pairs: Counter[str], known: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield (form, whether the glued word is respelled) for each compound worth a row."""
    compounds = {word: n for word, n in words.items() if ZWNJ in word and persian(word)}
    by_key: dict[str, list[tuple[int, str]]] = {}
    for word, n in compounds.items():
        by_key.setdefault(word.replace(ZWNJ, ""), []).append((n, word))
    for key, candidates in sorted(by_key.items()):
        n, form = max(candidates)
        parts = form.split(ZWNJ)
        joined = sum(count for count, _ in candidates)
        apart = max(pairs["".join(parts[:i]) + " " + "".join(parts[i:])] for i in range(1, len(parts)))
        glued = words[key]
        is_word = glued > 2 * joined or known.get(key, 0) > 50_000
        if apart * JOIN_SHARE > joined and parts[0] not in ("می", "نمی") and not is_plural(parts):
            if len(parts) == 2 and apart >= 3:
                yield " ".join(parts), "no"
        elif glued > joined and glued > 5:
            if apart * 20 <= glued + joined:
                yield "+".join(parts), "no"
        elif n >= 2 or (apart and joined):
            yield form, "no" if is_word else "yes"


def is_plural(parts: list[str]) -> bool:
    return parts[-1].startswith("ها")


def write(name: str, note: str, columns: str, rows: list[str]) -> None:
    (DATA / f"{name}.tsv").write_text(f"# {note}\n{SOURCE}{columns}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


def main() -> int:
    place = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DABIR_CORPUS")
    if not place:
        print("give the folder of articles.jsonl.gz as an argument or in DABIR_CORPUS", file=sys.stderr)
        return 2
    words, pairs = count(Path(place))
    known = hazm_words()
    plain = {word: n for word, n in words.items() if n >= 4 and is_plain(word)}
    split = {form.replace(" ", "") for form, _ in spellings(words, pairs, known) if " " in form}
    common = {
        word: 0 for word, n in known.items() if n > 20_000 and persian(word) and ZWNJ not in word and " " not in word
    }
    vocabulary = common | {word: n for word, n in plain.items() if word not in split}
    write(
        "vocabulary",
        "Words without half-space and their count (0: known to hazm, not met).",
        "word\tcount",
        [f"{word}\t{n}" for word, n in sorted(vocabulary.items())],
    )
    write(
        "spelling",
        "Compounds: with a half-space, apart, or (+) glued though met apart; `restore`: respell the glued word.",
        "form\trestore",
        [f"{form}\t{restore}" for form, restore in spellings(words, pairs, known)],
    )
    seen = {word.replace(ZWNJ, "") for word in words}
    verbs = {form: verb for form, verb in conjugated().items() if form.replace(ZWNJ, "") in seen and persian(form)}
    write(
        "verbs",
        "Finite forms, participles and infinitives of verbs met, with the infinitive.",
        "form\tinfinitive",
        [f"{form}\t{verb}" for form, verb in sorted(verbs.items())],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
