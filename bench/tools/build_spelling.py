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
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from parsing.letters import ZWNJ, clean

DATA = Path(__file__).parents[2] / "parsing" / "data"
# Names that would be cut at a function word: «به روز», «به نام», «در جانی».
NAMES = (  # noqa: SIM905
    "بهروز بهروزی بهنام بهنامی باربد بهراد بهرود بهداد درجانی درودی بهامین وسیم ودود شیرو نیلو مهناز گلناز"
    " باوان شکیبه محبیبه حسیبه بهروان مهراز دینو کیارا نیلوفر ماهرو گلرو مهرو بهرو وندا بهپور بهکیش باپیر بهکام"
).split()
WORDS = re.compile("[^\\W\\d_]+(?:\u200c[^\\W\\d_]+)*")
SOURCE = (
    "# Source: counts of words in 13,509 articles of ten outlets and hazm 0.12 (words.dat, Conjugation); "
    "licence: MIT (hazm), counts are facts.\n"
)
# A spelling with a half-space is taken over words apart from a third of their count on: joined is the safer of two
# close ones, because a rule can then name it as one word.
JOIN_SHARE = 1 / 3
# Glued is the standard spelling, apart is common, and no other reading of the two words is.
BY_HAND = (
    "این+که",
    "آن+که",
    "چرا+که",
    "تا+کنون",
    "هر+گونه",
    "این+گونه",
    "مدیر+کل",
    "مدیر+عامل",
    "مدیر+مسئول",
    "دبیر+کل",
    "خاطر+نشان",
    "متر+مربع",
    "متر+مکعب",
    "غیر+قابل",
    "هیچ+یک",
    "علی+رغم",
    "پنج\u200cشنبه",
    "یک\u200cشنبه",
    "سه\u200cشنبه",
    "سوء+استفاده",
)


def lines(folder: Path) -> Iterator[str]:
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as articles:
        for article in map(json.loads, articles):
            for part in ("kicker", "title", "lead", "body"):
                yield from clean(article.get(part) or "").split("\n")


def is_plain(word: str) -> bool:
    return len(word) < 25 and persian(word) and ZWNJ not in word


def persian(word: str) -> bool:
    return all("\u0600" <= letter <= "\u06ff" or letter == ZWNJ for letter in word)


def count(folder: Path) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Count the words of the corpus, its pairs of words, and its pairs with «و» between, half-spaces left out."""
    words: Counter[str] = Counter()
    for line in lines(folder):
        words.update(WORDS.findall(line))
    pairs: Counter[str] = Counter()
    phrases: Counter[str] = Counter()
    for line in lines(folder):
        found = [word.replace(ZWNJ, "") for word in WORDS.findall(line)]
        pairs.update(f"{first} {second}" for first, second in pairwise(found))
        for first, middle, last in zip(found, found[1:], found[2:], strict=False):
            if middle == "و":
                phrases[f"{first} {last}"] += 1
    return words, pairs, phrases


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


def compounds(words: Counter[str]) -> dict[str, list[tuple[int, str]]]:
    """Map each word met with a half-space, taken without it, to its forms and their counts."""
    by_key: dict[str, list[tuple[int, str]]] = {}
    for word, n in sorted(words.items()):
        if ZWNJ in word and persian(word):
            by_key.setdefault(word.replace(ZWNJ, ""), []).append((n, word))
    return by_key


def spellings(
    words: Counter[str], pairs: Counter[str], phrases: Counter[str], known: dict[str, int]
) -> dict[str, tuple[str, str]]:
    """Map the glued form of each compound worth a row to its spelling and whether the glued form is respelled."""
    rows: dict[str, tuple[str, str]] = {}
    for key, candidates in compounds(words).items():
        n, form = max(candidates)
        parts = form.split(ZWNJ)
        joined = sum(count for count, _ in candidates)
        phrase = next(
            (f"{key[:i]} {key[i + 1 :]}" for i in and_places(key) if phrases[f"{key[:i]} {key[i + 1 :]}"]), ""
        )
        apart = max(pairs["".join(parts[:i]) + " " + "".join(parts[i:])] for i in range(1, len(parts)))
        glued = words[key]
        is_word = glued > 2 * joined or known.get(key, 0) > 50_000
        if phrase and phrases[phrase] > apart:
            first, last = phrase.split(" ")
            if phrases[phrase] * JOIN_SHARE > joined:
                rows[key] = (f"{first} و {last}", "no")
            else:
                rows[key] = (f"{first}{ZWNJ}و{ZWNJ}{last}", "yes")
        elif apart > glued and apart * JOIN_SHARE > joined and parts[0] not in ("می", "نمی") and not is_plural(parts):
            if len(parts) == 2 and apart >= 3:
                rows[key] = (" ".join(parts), "no")
        elif glued > joined and glued > 5:
            if apart * 20 <= glued + joined:
                rows[key] = ("+".join(parts), "no")
        elif n >= 2 or (apart and joined):
            rows[key] = (form, "no" if is_word else "yes")
    for word, n in words.items():
        if len(word) > 5 and is_plain(word) and word not in rows and known.get(word, 0) < 50_000:
            least = 1 if word[0] == "و" else 2
            apart, place = max((pairs[f"{word[:i]} {word[i:]}"], i) for i in range(least, len(word) - 1))
            parts = [word[:place], word[place:]]
            if apart >= 10 * max(n, 1.5) and parts[0] not in ("می", "نمی", "بی") and not is_plural(parts):
                rows[word] = (" ".join(parts), "no")
    for name in NAMES:
        rows.pop(name, None)
    for form in BY_HAND:
        rows[form.replace("+", "").replace(ZWNJ, "")] = (form, "no")
    return rows


def and_places(key: str) -> list[int]:
    return [i for i in range(2, len(key) - 2) if key[i] == "و"]


def is_plural(parts: list[str]) -> bool:
    return parts[-1].startswith("ها")


def write(name: str, notes: Sequence[str], columns: str, rows: list[str]) -> None:
    head = "".join(f"# {note}\n" for note in notes) + SOURCE
    (DATA / f"{name}.tsv").write_text(f"{head}{columns}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


def main() -> int:
    place = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DABIR_CORPUS")
    if not place:
        print("give the folder of articles.jsonl.gz as an argument or in DABIR_CORPUS", file=sys.stderr)
        return 2
    words, pairs, phrases = count(Path(place))
    known = hazm_words()
    plain = {word: n for word, n in words.items() if n >= 4 and is_plain(word)}
    spelled = spellings(words, pairs, phrases, known)
    split = {key for key, (form, _) in spelled.items() if " " in form}
    common = {
        word: 0 for word, n in known.items() if n > 20_000 and persian(word) and ZWNJ not in word and " " not in word
    }
    vocabulary = dict.fromkeys(NAMES, 0) | common | {word: n for word, n in plain.items() if word not in split}
    write(
        "vocabulary",
        (
            "Words without half-space.",
            "`word`: the word. `count`: times met, 0 for one that only hazm knows.",
        ),
        "word\tcount",
        [f"{word}\t{n}" for word, n in sorted(vocabulary.items())],
    )
    write(
        "spelling",
        (
            "Compounds and how their halves are spaced.",
            "`form`: with a half-space where they are one word, with a space where they are two, with + where they",
            "are glued though met apart. `restore`: yes where the word glued is spelled so too.",
        ),
        "form\trestore",
        [f"{form}\t{restore}" for form, restore in sorted(spelled.values())],
    )
    seen = {word.replace(ZWNJ, "") for word in words}
    verbs = {form: verb for form, verb in conjugated().items() if form.replace(ZWNJ, "") in seen and persian(form)}
    write(
        "verbs",
        (
            "Finite forms, participles and infinitives of verbs met.",
            "`form`: the form. `infinitive`: its infinitive.",
        ),
        "form\tinfinitive",
        [f"{form}\t{verb}" for form, verb in sorted(verbs.items())],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
