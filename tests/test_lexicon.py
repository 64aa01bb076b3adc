"""The word lists of `parsing/data`, and how Persian is written in code."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path
from unicodedata import bidirectional

import pytest

from parsing.lexicon import LexiconError
from parsing.words import listed

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    file
    for folder in ("parsing", "scrapers", "db", "dabir", "dags", "plugins")
    for file in (ROOT / folder).rglob("*.py")
)


def raw_strings(source: str) -> list[tuple[int, str]]:
    """Line and text of each raw string, an f-string's in the pieces between its braces."""
    found = []
    prefixes = [""]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        prefix = re.split("[\"']", token.string)[0].lower()
        if token.type == tokenize.FSTRING_START:
            prefixes.append(prefix)
        elif token.type == tokenize.FSTRING_END:
            prefixes.pop()
        is_raw = "r" in (prefix if token.type == tokenize.STRING else prefixes[-1])
        if is_raw and token.type in (tokenize.STRING, tokenize.FSTRING_MIDDLE):
            found.append((token.start[0], token.string))
    return found


def is_written_leftwards(text: str) -> bool:
    return any(bidirectional(character) in ("R", "AL") for character in text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r'x = re.compile(r"\d+ سال")', [1]),
        (r"x = rf'(?:{WORDS})\sسال{a}'", [1]),
        (r'x = re.compile(r"[.؟]")', [1]),
        ('x = "سال"; y = rf"(?:{x})+"', []),
        ('x = f"سال {y}"', []),
    ],
)
def test_a_pattern_with_persian_in_it_is_seen(source: str, expected: list[int]) -> None:
    assert [line for line, text in raw_strings(source) if is_written_leftwards(text)] == expected


def test_no_pattern_holds_a_letter_that_editors_write_leftwards() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in SOURCES
        for line, text in raw_strings(file.read_text(encoding="utf-8"))
        if is_written_leftwards(text)
    ]
    assert found == []


def test_a_use_that_no_word_has_is_a_slip_of_the_pen() -> None:
    with pytest.raises(LexiconError, match=r"phrase_words\.tsv: no word of use 'tme'"):
        listed("tme")
