"""Changes: whether a quantity is itself the size of one, and which way."""

from __future__ import annotations

from functools import cache
from typing import Final

from parsing.frames import used
from parsing.nouns import light_verbs
from parsing.numerals import starts_number
from parsing.quantities import Quantity, units, words_of_use
from parsing.records import Change
from parsing.tokens import Tokens


def size_of_change(tokens: Tokens, quantity: Quantity) -> Change | None:
    """Which way the change goes whose size the quantity is, None where it is none.

    «رشد ۹ درصدی», «۱.۳ درصد افزایش»; not «به ۹ درصد رسید». `tokens` are those of the quantity's sentence.
    """
    before = tokens[quantity.start - 1].fold if quantity.start else ""
    if quantity.value < 0 or (before in ("به", "تا") and not quantity.is_adjective):
        return None
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    if quantity.unit is not None and quantity.unit.kind == "times" and after in used("compared"):
        return None  # «چهار برابر بیشتر از حد مجاز»
    for use, change in _CHANGES:
        if after in words_of_use(use):
            return change
    if quantity.unit is None:
        return None
    place = quantity.start - 1
    while quantity.is_adjective and place > quantity.start - 3 and place > 0 and tokens[place].fold not in _changed():
        if tokens[place].kind != "word" or tokens[place].word.kind not in "nad":
            break
        place -= 1  # «رشد سالانه ۸ درصدی»
    changed = _changed().get(tokens[place].fold) if place >= 0 else None
    if changed and _is_of_number_before(tokens, place):
        return None
    return changed or _change_after(tokens, quantity)


def _is_of_number_before(tokens: Tokens, place: int) -> bool:
    """Whether the change at `place` is of the number before it: «با ۲ ریال افزایش ۳۰ تومان»; not «سال کاهش ۳ درصدی»."""
    if place and tokens[place - 1].kind == "number":
        return True
    has_unit = place > 1 and tokens[place - 1].fold in units()
    return has_unit and (tokens[place - 2].kind == "number" or starts_number(tokens[place - 2]))


def _change_after(tokens: Tokens, quantity: Quantity) -> Change | None:
    """The change that the verb says: «۵۲ درصد از گردشگران افزایش یافت», «۹ درصد نسبت به سال قبل افت کرد».

    Of what is no share only adding to something and taking from it do: «۳ تن به تولید افزوده شد», but not «۳ تن افزایش
    یافت»; nor «۳ رشته به دانشگاه افزوده شد», which are things.
    """
    kind = quantity.unit.kind if quantity.unit is not None else "piece"
    if kind == "piece":
        return None
    changes = _said_by_verbs() if kind in ("share", "times") else _moved()
    has_base = False
    for place in range(quantity.end, min(quantity.end + _FARTHEST, len(tokens) - 1)):
        token = tokens[place]
        change = changes.get(token.fold)
        if change is not None:
            is_done = tokens[place + 1].fold in light_verbs() | used("auxiliary")
            return change if is_done and (not has_base or token.fold in _moved()) else None
        if token.kind != "word" or token.text in ("و", "که") or token.word.kind == "v":
            return None
        has_base = has_base or (token.text == "به" and tokens[place - 1].fold not in used("against"))
    return None


_FARTHEST: Final = 9  # words from a quantity to its verb; chosen: twice as many change none of 1,779 metrics
_CHANGES: Final[tuple[tuple[str, Change], ...]] = (("increase", "increase"), ("decrease", "decrease"))


@cache
def _changed() -> dict[str, Change]:
    """The nouns of change, «رشدی» and «کاهشی» too, and which way each is."""
    return {noun + ending: change for use, change in _CHANGES for noun in used(use) for ending in ("", "ی")}


@cache
def _moved() -> dict[str, Change]:
    """What is added or taken away, and which way that is."""
    return {
        word: change for use, change in (("added", _CHANGES[0][1]), ("taken", _CHANGES[1][1])) for word in used(use)
    }


@cache
def _said_by_verbs() -> dict[str, Change]:
    return _changed() | _moved()
