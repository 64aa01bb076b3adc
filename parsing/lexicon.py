"""The word lists of `data/`, read once when first asked for and checked while they are read.

A list is a TSV file. Lines that start with # say where its facts come from and under which licence; the first
other line names the columns. A list with a blank cell in its first column, a repeated key or a word that is not
normalised is refused with `LexiconError`: a wrong list must not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

ZWNJ: Final = "\u200c"
# Letters, digits and marks that `parsing.letters.clean` never leaves in a text.
_UNCLEAN: Final = re.compile(
    "[\u064a\u0643\u0649\u0629\u06c0\u0640\u064b-\u0652\u0660-\u0669\u200b\u200d-\u200f\ufeff]"
)


class LexiconError(ValueError):
    """A list of `data/` is malformed, or has not what is asked of it; says the file, the line and the fault."""


def rows(name: str, *, key: int = 1) -> Iterator[dict[str, str]]:
    """Yield the rows of `data/NAME.tsv` as dicts by column name; the first `key` columns together are unique.

    Raises LexiconError on a missing header, a row of another width, a blank first cell, a repeated key, or a cell
    that is not normalised or has spaces at its ends.
    """
    columns: list[str] | None = None
    seen: set[tuple[str, ...]] = set()
    has_source = False
    text = files("parsing").joinpath("data", f"{name}.tsv").read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#"):
            has_source = has_source or "licence" in line.lower()
            continue
        if not line:
            continue
        cells = line.split("\t")
        if columns is None:
            columns = cells
            continue
        fault = _fault(cells, columns, key, seen)
        if fault:
            raise LexiconError(f"data/{name}.tsv line {number}: {fault}")
        yield dict(zip(columns, cells, strict=True))
    if columns is None:
        raise LexiconError(f"data/{name}.tsv: no header row")
    if not has_source:
        raise LexiconError(f"data/{name}.tsv: no comment says its source and licence")


def _fault(cells: list[str], columns: list[str], key: int, seen: set[tuple[str, ...]]) -> str | None:
    if len(cells) != len(columns):
        return f"{len(cells)} cells where {len(columns)} are named"
    if not cells[0]:
        return "the first cell is blank"
    keyed = tuple(cells[:key])
    if keyed in seen:
        return f"{' '.join(keyed)!r} is repeated"
    seen.add(keyed)
    for cell in cells:
        if cell != cell.strip() or "  " in cell or _UNCLEAN.search(cell):
            return f"{cell!r} is not normalised"
    return None


def words(name: str) -> frozenset[str]:
    """The first column of `data/NAME.tsv`, as written. Raises LexiconError as `rows` does."""
    return frozenset(next(iter(row.values())) for row in rows(name))


def _parts() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in rows("word_parts", key=2):
        found.setdefault(row["use"], []).append(row["part"])
    return {use: tuple(parts) for use, parts in found.items()}


_PARTS: Final = _parts()
_PLURALS: Final = _PARTS["plural"]
_HALVES: Final = _PARTS["half"] + _PARTS["comparative"]
_BEFORE: Final = _PARTS["before"]
_AFTER: Final = _PARTS["after"]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How words are spaced.

    `pairs` maps a right half to its left halves and what stands between them in one word (a half-space or nothing);
    `endings` are right halves by rule, `tails` all that may be one; `glued` maps a word without half-spaces to its
    spelling; `split` maps such a word, with or without half-spaces, to separate words. `phrases` are two words that «و»
    joins to one («جست‌وجو»), with a space for it, and `phrase_tails` their last words. `vocabulary` is how often words
    are met; `verbs` are the forms of verbs without «می»; `numerals` number words; `apart` what stands apart from a
    numeral before it; `counted` units and magnitudes after which a word typed against them is set apart, longest first.
    """

    pairs: dict[str, dict[str, str]]
    tails: frozenset[str]
    endings: frozenset[str]
    glued: dict[str, str]
    split: dict[str, str]
    phrases: frozenset[str]
    phrase_tails: frozenset[str]
    vocabulary: dict[str, int]
    verbs: frozenset[str]
    numerals: tuple[str, ...]
    apart: frozenset[str]
    counted: tuple[str, ...]

    def joined(self, left: str, right: str) -> str | None:
        """Return what stands between two words printed apart that are one word, or None where they are two."""
        lefts = self.pairs.get(right)
        between = lefts.get(left) if lefts is not None else None
        if between is None and right in self.endings:
            is_one = (
                right in _ALWAYS
                or (right in _PARTICIPLE and left[-1] == "ه" and len(left) > 3 and left not in _NOT_PARTICIPLES)
                or (left in _PREFIXES and right in self.verbs)
            )
            between = ZWNJ if is_one else None
        return None if between is None or left + right in self.split else between

    def firsts(self, right: str) -> Set[str] | None:
        """The words that alone may stand before `right` to make one word or phrase with it; None where any may."""
        if right not in self.tails and right not in self.phrase_tails:  # as most are not
            return NO_FIRSTS
        if right in _ALWAYS or right in _PARTICIPLE:
            return None
        firsts: Set[str] = self.pairs[right].keys() if right in self.pairs else NO_FIRSTS
        if right in self.verbs:
            firsts |= _PREFIXES
        return firsts | _AND if right in self.phrase_tails else firsts

    def word(self, word: str) -> str:
        """Return the spelling of one word printed without spaces: half-spaces put back, glued words set apart."""
        key = word.replace(ZWNJ, "")
        found = self.split.get(key)
        if found is None and key.startswith(self.numerals) and self.vocabulary.get(key, 0) < _MET:
            found = _number_apart(key)
        if found is not None:
            return found
        if ZWNJ in word:
            parts = word.split(ZWNJ)
            if (parts[0] in self.numerals or parts[0] == "نیم") and all(part in self.apart for part in parts[1:]):
                return " ".join(parts)
            return word
        found = self.glued.get(key)
        if found is not None:
            return found
        if key in self.vocabulary or len(key) < 4:
            return word
        respelled = self._rules(key)
        if respelled is None:
            return word
        return " ".join(self.split.get(part, part) for part in respelled.split(" "))

    def _rules(self, key: str) -> str | None:
        known = self.vocabulary
        for ending in _PLURALS if key.endswith(_PLURALS) else ():
            stem = key[: -len(ending)]
            if key.endswith(ending) and (stem in known or stem in self.glued) and len(stem) > 1:
                return self.glued.get(stem, stem) + ZWNJ + ending
        for prefix in ("نمی", "می"):
            if key.startswith(prefix) and key[len(prefix) :] in self.verbs:
                return prefix + ZWNJ + key[len(prefix) :]
        for ending in _HALVES if key.endswith(_HALVES) else ():
            stem = key[: -len(ending)]
            if key.endswith(ending) and known.get(stem, 0) >= _MET and len(stem) > 2:
                return stem + ZWNJ + ending
        for last in self.numerals if key.endswith(self.numerals) else ():
            rest = key[: -len(last)]
            if key.endswith(last) and _ends_apart(rest) and len(last) > 2 and known.get(rest, 0) >= _COMMON:
                return f"{rest} {last}"  # «حدودهشتاد»
        for first in self.counted if key.startswith(self.counted) else ():
            rest = key[len(first) :]
            if key.startswith(first) and rest != "ی" and known.get(rest, 0) >= _COMMON // 4:  # «میلاردی» is one word
                return f"{first} {rest}"
        for first in _BEFORE if key.startswith(_BEFORE) else ():
            rest = key[len(first) :]
            if key.startswith(first) and len(rest) > 2 and known.get(rest, 0) >= _COMMON:
                return f"{first} {rest}"
        for last in _AFTER if key.endswith(_AFTER) else ():
            rest = key[: -len(last)]
            if key.endswith(last) and len(rest) > 2 and known.get(rest, 0) >= _COMMON:
                return f"{rest} {last}"
        return None


_ALWAYS: Final = frozenset((*_PLURALS, *_HALVES))
_PARTICIPLE: Final = frozenset(_PARTS["participle"])
_PREFIXES: Final = frozenset(("می", "نمی"))
_AND: Final = frozenset("و")
NO_FIRSTS: Final = frozenset[str]()
_NOT_PARTICIPLES: Final = frozenset(("همه", "البته", "بنده"))
# A glued word is cut only where its other half is at least this frequent in the corpus: at 20 surnames were cut.
_COMMON: Final = 40
# A noun takes the second half of a compound where it is at least this frequent. Chosen: half or twice as much changes
# no record of 563 articles.
_MET: Final = 20


# Kinds of units that are set apart from a numeral typed against them; «یکبار» and «یکدست» are words.
_MEASURED: Final = ("measure", "money", "share", "person")


def _ends_apart(word: str) -> bool:
    """Whether a word is typed against the next without a sign of it: its last letter does not join."""
    return len(word) > 2 and word[-1] in "ادذرزژو" and " " not in word and ZWNJ not in word


@cache
def infinitives() -> dict[str, str]:
    """Map the forms of verbs met («می\u200cگوید») to their infinitive («گفتن»)."""
    return {row["form"]: row["infinitive"] for row in rows("verbs")}


@cache
def _number_parts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of a number typed without spaces, «یکصدوبیست», «دوهزارو»: all of it, with its unit, and one word of it."""
    by_kind: dict[str, list[str]] = {}
    for row in rows("numerals"):
        by_kind.setdefault(row["kind"], []).append(row["word"])
    numerals, magnitudes = _any(words("numerals")), _any(words("magnitudes"))
    part = f"(?:{numerals}(?:{magnitudes})*|(?:{magnitudes})+)"
    # Short ones are left out at the end: «سهو», «دوو», «سیو» are words.
    long = [numeral for numeral in (*by_kind["ten"], *by_kind["hundred"]) if numeral != "سی"]
    before_and = f"(?:{_any(long)}|{numerals}?(?:{magnitudes})+)"
    measure = f"({_any(_measures())})"
    whole = f"({part}(?:و{part})+){measure}?|({numerals}(?:{magnitudes})+){measure}|({part}(?:و{part})+و|{before_and}و)"
    return re.compile(whole), re.compile(f"{numerals}|{magnitudes}|و")


@cache
def _measures() -> frozenset[str]:
    """The units that may be typed against a numeral, as adjectives too: «هکتار», «هکتاری»."""
    units = [row["word"] for row in rows("units") if row["kind"] in _MEASURED and " " not in row["word"]]
    return frozenset(unit + ending for unit in units if unit not in _NOT_TYPED_AGAINST for ending in ("", "ی"))


_NOT_TYPED_AGAINST: Final = ("٪", "ین")  # «دوین» is a name, «شانزدهین» a misspelt ordinal


def _any(parts: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, parts), key=len, reverse=True)) + ")"


def _number_apart(key: str) -> str | None:
    """The words of a number typed without spaces, set apart; None for other words."""
    if len(key) > _LONGEST_NUMBER:
        return None
    whole, part = _number_parts()
    match = whole.fullmatch(key)
    if match is None:
        return None
    number, unit, plain, plain_unit, open_end = match.groups()
    return " ".join((*part.findall(number or plain or open_end), *filter(None, (unit or plain_unit,))))


_HUNDRED: Final = "صد"
_NOT_HUNDREDS: Final = frozenset(("نهصد",))  # «نه صد درصد»: not a hundred
_LONGEST_NUMBER: Final = 40  # letters, so that no run of numerals is tried in many ways


@cache
def spelling() -> Spelling:
    """Return how words are spaced, from `data/spelling.tsv`, `vocabulary.tsv`, `verbs.tsv` and `numerals.tsv`."""
    numerals = words("numerals") | words("magnitudes")
    fractions = words("fractions")
    pairs: dict[str, dict[str, str]] = {}
    glued: dict[str, str] = {}
    split: dict[str, str] = {}
    phrases: set[str] = set()
    for row in rows("spelling"):
        form, key = row["form"], row["form"].replace(ZWNJ, "").replace(" ", "").replace("+", "")
        if " " in form:
            split[key] = form
            continue
        parts = form.replace("+", ZWNJ).split(ZWNJ)
        is_phrase = len(parts) == 3 and parts[1] == "و"
        if is_phrase and parts[0] in numerals:
            continue  # «بیست\u200cو\u200cیک»: a number is set apart
        if ZWNJ in form and row["restore"] == "yes":
            glued[key] = form
        if is_phrase:
            phrases.add(f"{parts[0]} {parts[2]}")
        between = "" if "+" in form else ZWNJ
        for index in range(1, len(parts)):
            pairs.setdefault("".join(parts[index:]), {})["".join(parts[:index])] = between
    magnitudes = words("magnitudes")
    for first in numerals:
        for magnitude in magnitudes:
            split.setdefault(first + magnitude, f"{first} {magnitude}")
        if first.endswith(_HUNDRED) and first != _HUNDRED and first not in _NOT_HUNDREDS:  # «چهار صد»
            pairs.setdefault(_HUNDRED, {})[first.removesuffix(_HUNDRED)] = ""
    split = {key: " ".join(split.get(part, part) for part in form.split(" ")) for key, form in split.items()}
    vocabulary = {row["word"]: int(row["count"]) for row in rows("vocabulary")}
    measures = _measures()
    for first in numerals:  # «چهارهکتار», «هزارتومان»
        for measure in measures:  # of an adjective too: «هزارتومانی»
            if len(measure) > 1 and (first in magnitudes or first + measure not in vocabulary):
                split.setdefault(first + measure, f"{first} {measure}")
    verbs = frozenset(form.partition(ZWNJ)[2] for form in infinitives() if form.startswith(("می\u200c", "نمی\u200c")))
    endings = _ALWAYS | _PARTICIPLE | verbs
    return Spelling(
        pairs=pairs,
        tails=frozenset((*pairs, *endings)),
        endings=endings,
        glued=glued,
        split=split,
        phrases=frozenset(phrases),
        phrase_tails=frozenset(phrase.split(" ")[1] for phrase in phrases),
        vocabulary=vocabulary,
        verbs=verbs,
        numerals=tuple(sorted(numerals)),
        apart=numerals | fractions | measures | {"و", "نیم"},
        counted=tuple(sorted(filter(_ends_apart, words("units") | words("magnitudes")), key=len, reverse=True)),
    )
