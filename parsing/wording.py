"""The words of a subject: the phrases that were chosen for a quantity, put together as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from parsing.frames import Frame, Phrase, counted_from, used
from parsing.letters import fold
from parsing.lexicon import infinitives, rows, words
from parsing.nouns import people
from parsing.quantities import Quantity

LINKS: Final = frozenset(("در", "به", "از", "با", "برای", "بر", "توسط", "میان", "بین"))
"""Prepositions that are kept before a phrase."""


def _start(phrase: Phrase) -> int:
    return phrase.start


def render(frame: Frame, quantity: Quantity, phrases: Sequence[Phrase], group: str) -> str:
    """The phrases as one: those after the quantity first where it counts them, each with its preposition.

    What is counted is put in the plural; a verbal noun that is done to it («کشف ۳ کیلوگرم», «کشف شد») becomes its
    participle.
    """
    last = counted_from(quantity)
    after = sorted((phrase for phrase in phrases if phrase.start >= last), key=_start)
    before = sorted((phrase for phrase in phrases if phrase.end <= quantity.start), key=_start)
    core = after[0] if after and after[0].start - last < 2 and not _becomes(frame, after[0]) else None
    done = [phrase for phrase in [*before, *after] if phrase is not core and _is_done(frame, phrase, quantity, core)]
    # «زمینی به مساحت ۳۰۰ متر»: the area of the land.
    measured = before[-1:] if before and before[-1].end == quantity.start else []
    measured = measured if measured and measured[0].tokens[0].fold in used("measured") else []
    before = before[: len(before) - len(measured)]
    if core:
        rest = [phrase for phrase in [*after[1:], *before] if phrase not in done]
        order = [*measured, core, *done, *rest]
    else:
        order = [*measured, *before, *after]
    words: list[str] = []
    for index, phrase in enumerate(order):
        tokens = phrase.tokens
        linked = phrase.link in LINKS or (
            index > 0 and order[index - 1].end == phrase.start - 1 and frame.kinds[phrase.start - 1] in "pw"
        )
        if index > bool(measured) and linked and phrase not in done:
            words.append(frame.tokens[phrase.start - 1].text)
        start = len(words)
        for at, token in enumerate(tokens):
            if at and token.is_glued:
                words[-1] += token.text
            else:
                words.append(token.text)
        counts_people = quantity.unit is not None and quantity.unit.kind == "person"
        if phrase is core and group == "c" and quantity.value > 1 and not counts_people:
            words[start] = _plural(words[start], is_last=len(order) == 1 and len(words) == start + 1)
        if phrase in measured:
            words[start] = _definite(words[start])
        if phrase in done:
            words[start] = words[start].removesuffix("ی" if words[start].endswith("ای") else "") + "\u200cشده"
    return " ".join(words)


def _definite(noun: str) -> str:
    """«هزینه‌ای», «مساحتی» without the ending of an indefinite noun."""
    for ending in ("\u200cای", "ی"):
        if noun.endswith(ending) and fold(noun.removesuffix(ending)) in used("measured"):
            return noun.removesuffix(ending)
    return noun


def _is_done(frame: Frame, phrase: Phrase, quantity: Quantity, core: Phrase | None) -> bool:
    """Whether a phrase is a verbal noun that says what was done: «کشف ۳ کیلوگرم تریاک», «کشف شد»."""
    is_before = core is not None and phrase.end == quantity.start
    return _becomes(frame, phrase) or (is_before and len(phrase.tokens) == 1 and phrase.tokens[0].fold in _verbal())


def _becomes(frame: Frame, phrase: Phrase) -> bool:
    """«کشف شد»: a verbal noun with the verb that it makes one with."""
    if len(phrase.tokens) != 1 or phrase.ends != "v" or phrase.tokens[0].fold not in _verbal():
        return False
    return frame.tokens[phrase.end].fold in _becoming()


def _plural(noun: str, *, is_last: bool) -> str:
    """«پرونده» to «پرونده‌های», «متهم» to «متهمان», «عضو» to «اعضای»; a noun that looks plural is kept."""
    folded = fold(noun)
    if (broken := _broken_plurals().get(folded)) is not None:
        return broken + ("ی" if broken[-1] == "ا" and not is_last else "")
    if folded.endswith(("ها", "های", "هایی", "ات", "ان", "ین")) or len(folded) < 3:
        return noun
    if folded[-1] == "ی" and folded[-2] in "او":  # «نیروی», «خودروی»: the letter of the ezafe
        return noun[:-1] + ("یان" if folded[:-1] in people() else "\u200cهای")
    if folded in people():
        if folded[-1] == "ه":
            return noun[:-1] + "گان"
        return noun + ("یان" if folded[-1] in "او" else "ان")
    return noun + ("\u200cها" if is_last else "\u200cهای")


@cache
def _broken_plurals() -> dict[str, str]:
    return {fold(row["singular"]): row["plural"] for row in rows("broken_plurals")}


@cache
def _becoming() -> frozenset[str]:
    return frozenset(fold(form) for form, infinitive in infinitives().items() if infinitive in ("شدن", "کردن", "گرفتن"))


@cache
def _verbal() -> frozenset[str]:
    return frozenset(map(fold, words("verbal_nouns"))) | used("done")
