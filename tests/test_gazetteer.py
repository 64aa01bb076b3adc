"""Known phrases in tokens: the longest wins, spacing and spelling do not matter, words are not cut."""

import pytest

from parsing.gazetteer import Gazetteer
from parsing.tokens import tokenize

PHRASES: Gazetteer[str] = Gazetteer(
    [
        ("راه", "road"),
        ("راه و شهرسازی", "ministry"),
        ("صنعت، معدن و تجارت", "industry"),
        ("خرم آباد", "city"),
        ("بهار", "spring"),
        ("هوافضا", "aerospace"),
    ]
)


@pytest.mark.parametrize(
    ("text", "end", "value"),
    [
        ("راه باز شد", 1, "road"),
        ("راه و شهرسازی گفت", 3, "ministry"),
        ("راه و چاه", 1, "road"),
        ("صنعت، معدن و تجارت", 5, "industry"),
        ("صنعت معدن و تجارت", 4, "industry"),
        ("خرم\u200cآباد", 1, "city"),
        ("خرمآباد", 1, "city"),
        ("خرم اباد", 2, "city"),
        ("هوا فضا", 2, "aerospace"),
    ],
)
def test_the_longest_phrase_is_found_however_it_is_printed(text: str, end: int, value: str) -> None:
    assert PHRASES.match(tokenize(text), 0) == (end, value)


@pytest.mark.parametrize("text", ["به ار", "شهرسازی", "خرم، آباد", "صنعت و، معدن", "", "،"])
def test_what_is_no_phrase_is_not_found(text: str) -> None:
    tokens = tokenize(text)
    assert not tokens or PHRASES.match(tokens, 0) is None


def test_every_first_word_of_a_match_is_among_the_starts() -> None:
    for text in ("راه و شهرسازی", "خرم اباد", "خرمآباد", "هوا فضا", "صنعت معدن و تجارت"):
        assert tokenize(text)[0].fold in PHRASES.starts


def test_the_first_value_of_a_phrase_is_kept_and_a_phrase_without_letters_refused() -> None:
    assert Gazetteer([("راه", 1), ("راه", 2)]).match(tokenize("راه"), 0) == (1, 1)
    with pytest.raises(ValueError, match="not a phrase"):
        Gazetteer([("،", 1)])
