"""The word lists of `parsing/data`, and how Persian is written in code."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path
from unicodedata import bidirectional

import pytest

from parsing.lexicon import LexiconError, rows
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


LISTS = {file.stem: file.read_text(encoding="utf-8") for file in sorted((ROOT / "parsing" / "data").glob("*.tsv"))}
CODED = re.compile("[a-z_]+( .+)?")


def head_of(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))


def columns_of(text: str) -> dict[str, set[str]]:
    """The values of each column."""
    table = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return {name: set(values) for name, *values in zip(*table, strict=True)}


def codes_of(text: str) -> set[str]:
    """The values that stand for something: few, in Latin letters, and more than yes and no."""
    coded = [
        values - {""}
        for values in columns_of(text).values()
        if len(values) <= 60 and not values <= {"yes", "no"} and all(map(CODED.fullmatch, values - {""}))
    ]
    return set().union(*coded)


def described_in(head: str) -> set[str]:
    """What a head says of values: in lines as «#   inside, outside: where it stands»."""
    return {name for names in re.findall("^#   ([^:]+): .", head, re.MULTILINE) for name in names.split(", ")}


def faults_of(name: str, lists: dict[str, str]) -> list[str]:
    """What the head of a list leaves unsaid, or says of what is not there."""
    head, codes = head_of(lists[name]), codes_of(lists[name])
    others = {other: text for other, text in lists.items() if other != name}
    told = described_in(head).union(*(described_in(head_of(others[o])) for o in others if f"data/{o}.tsv" in head))
    asked = codes.union(*(codes_of(text) for text in others.values() if f"data/{name}.tsv" in head_of(text)))
    faults = [f"column {column}" for column in columns_of(lists[name]) if f"`{column}`" not in head]
    faults += [f"value {code}" for code in sorted(codes) if code not in told and not set(code.split()) <= told]
    faults += [f"no such value: {code}" for code in sorted(described_in(head) - asked)]
    return faults + [f"no {word}" for word in ("source", "licence") if f"{word}" not in head.lower()]


@pytest.mark.parametrize("name", LISTS)
def test_the_head_of_a_list_says_what_its_columns_and_values_mean(name: str) -> None:
    assert faults_of(name, LISTS) == []


HEAD = "# Words.\n# `word`: the word. `use`: what it does:\n#   near, far: where\n# Source: here; licence: ours.\n"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (HEAD + "word\tuse\nاینجا\tnear\nآنجا\tfar\n", []),
        (HEAD + "word\tuse\nاینجا\tnear\nآنجا\taway\n", ["value away", "no such value: far"]),
        (HEAD + "word\tuse\tplain\nاینجا\tnear\tno\nآنجا\tfar\tyes\n", ["column plain"]),
        ("# `word`: the word.\n# Source: here\nword\nاینجا\n", ["no licence"]),
        ("# `name`: a name. `kind`: as in data/kinds.tsv. Source, licence\nname\tkind\nآن\tcity\n", []),
        ("# `name`: a name. `kind`: as in data/kinds.tsv. Source, licence\nname\tkind\nآن\ttown\n", ["value town"]),
    ],
)
def test_a_head_that_leaves_something_unsaid_is_found(text: str, faults: list[str]) -> None:
    kinds = "# `kind`:\n#   city: of many\n# Source, licence\nkind\ncity\n"
    assert faults_of("words", {"words": text, "kinds": kinds}) == faults


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_well_formed(name: str) -> None:
    assert list(rows(name, key=len(columns_of(LISTS[name]))))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# Licence: ours\nword\tuse\nاینجا\n", "line 3: 1 cells where 2 are named"),
        ("# Licence: ours\nword\tuse\n\tnear\n", "line 3: the first cell is blank"),
        ("# Licence: ours\nword\tuse\nاینجا\tnear\nاینجا\tfar\n", "line 4: 'اینجا' is repeated"),
        ("# Licence: ours\nword\nكجا\n", "line 3: 'كجا' is not normalised"),
        ("# Licence: ours\nword\nاینجا \n", "line 3: 'اینجا ' is not normalised"),
        ("# Licence: ours\n", "no header row"),
        ("word\nاینجا\n", "no comment says its source and licence"),
    ],
)
def test_a_malformed_list_is_refused_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample.tsv").write_text(text, encoding="utf-8")
    monkeypatch.setattr("parsing.lexicon.files", lambda _: tmp_path)
    with pytest.raises(LexiconError, match=re.escape(fault)):
        list(rows("sample"))
