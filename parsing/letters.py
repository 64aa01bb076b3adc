"""Letters: one spelling of each in `clean`, and `fold`, the key that words are compared by.

Outlets type the same letter, digit or space in many ways; `clean` leaves one of each and changes no word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

ZWNJ: Final = "\u200c"
PERSIAN_DIGITS: Final = "۰۱۲۳۴۵۶۷۸۹"

# Letters, one pair a line; the sources met are listed in outlets: Arabic keyboards, Pashto and Kurdish letters
# stay as they are, because they are other letters.
LETTERS: Final = {
    "ي": "ی",
    "ى": "ی",
    "ې": "ی",
    "ك": "ک",
    "ڪ": "ک",
    "ة": "ه",
    "ۀ": "ه",
    "ۂ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ٱ": "ا",
    "ٵ": "أ",
}
DIGITS: Final = {chr(start + digit): PERSIAN_DIGITS[digit] for start in (0x30, 0x660) for digit in range(10)}
# Used by outlets as a half-space: zero-width space and joiner, soft hyphen, the «not» sign of old Word files.
HALF_SPACES: Final = dict.fromkeys("\u200b\u200d\u00ad\u00ac\u2009\u200a", ZWNJ)
SPACES: Final = dict.fromkeys(
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u202f\u205f\u3000", " "
)
LINES: Final = dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n")
OTHERS: Final = {"%": "٪", "ـ": "", "?": "؟", ";": "؛"}
JUNK: Final = dict.fromkeys(
    [chr(code) for code in [*range(0x09), *range(0x0E, 0x1C), 0x1F, *range(0x7F, 0x85), *range(0x86, 0xA0)]]
    + [chr(code) for code in [*range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6DD), *range(0x610, 0x61B), 0x61C]]
    + [chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFD)]
    + [chr(code) for code in range(0xFE00, 0xFE10)],
    "",
)
CHARACTERS: Final = LETTERS | DIGITS | HALF_SPACES | SPACES | LINES | OTHERS | JUNK
# A run that starts with a Latin letter (an address, «Covid-19», «PM2.5») is kept; surrogates never survive.
# One class at the start, because only then re looks for its characters and does not try each place.
_BAD: Final = re.compile(
    "[A-Za-z" + "".join(map(re.escape, CHARACTERS)) + "\ufb50-\ufdff\ufe70-\ufefc\\ud800-\\udfff]"
    "(?:(?<=[A-Za-z])[!-~]+)?"
)

_SPACE_RUN: Final = re.compile(" [ \u200c]+")
_CLOSERS: Final = re.escape("،؛:!؟»)]")
# Before a mark; before one that a digit follows it is on the wrong side.
_SPACE_BEFORE: Final = re.compile(rf" (?:(?=[.{_CLOSERS}](?!\d))|([{_CLOSERS}])(?=\d))")
_SPACE_AFTER: Final = re.compile("([«(\\[])[ \u200c]+")
# «۵. ۸ میلیون»: one outlet prints its decimals with a space. Only before a magnitude or percent, else it is the
# full stop of one sentence and the first number of the next.
_SCALES: Final = "|".join(("میلیون", "میلیارد", "هزار", "تریلیون", "درصد", "ریشتر"))
_CUT_DECIMAL: Final = re.compile(r"\. (?<=\d\. )(?<!\d{4}\. )" rf"(?=\d{{1,2}} (?:{_SCALES})(?!\w))")
_FOLD: Final = str.maketrans(
    LETTERS
    | {"أ": "ا", "إ": "ا", "آ": "ا", "ٵ": "ا", "ؤ": "و", "ئ": "ی", "ء": "", "ـ": ""}
    | {chr(start + digit): str(digit) for start in (0x660, 0x6F0) for digit in range(10)}
)
_VARIANT: Final = re.compile("[" + "".join(map(chr, _FOLD)) + "]")
_LONGEST_FOLD: Final = 80  # letters of a text whose fold is remembered; chosen: names and phrases have no more


def clean(text: str) -> str:
    """`text` in the characters of `normalize`: letters, digits, spaces and lines; no word is changed.

    Lines are without spaces at their ends, blank ones are dropped. Any text will do: half surrogate pairs are dropped.
    """
    text = _BAD.sub(_character, text)
    text = _SPACE_RUN.sub(" ", text)
    if " ," in text:
        text = text.replace(" ,", " ،")
    text = _SPACE_BEFORE.sub(_mark_first, text)
    text = _SPACE_AFTER.sub(r"\1", text)
    if ". " in text:
        text = _CUT_DECIMAL.sub(".", text)
    return "\n".join(line for raw in text.split("\n") if (line := raw.strip(" \u200c")))


def _mark_first(match: re.Match[str]) -> str:
    return f"{match[1]} " if match[1] else ""


def _character(match: re.Match[str]) -> str:
    found = match.group()
    known = CHARACTERS.get(found)
    if known is not None:
        return known
    if len(found) > 1 or found.isascii():
        return found
    if 0xD800 <= ord(found) <= 0xDFFF:
        return ""
    return "".join(CHARACTERS.get(character, character) for character in unicodedata.normalize("NFKC", found))


def fold(text: str | None) -> str:
    """Letters and digits of `text` alone, lower case, spelling variants folded together: a key, never shown.

    None and a text without letters and digits give ''.

    >>> fold("بیمه\u200cشدگانِ تأمین") == fold("بيمه شدگان تامین")
    True
    """
    if not text:
        return ""
    return _remembered(text) if len(text) <= _LONGEST_FOLD else folded(text)


def folded(text: str) -> str:
    """`fold` of a text that is not remembered here."""
    found = text.translate(_FOLD) if _VARIANT.search(text) else text
    found = (found if found.isalnum() else "".join(filter(str.isalnum, found))).lower()
    return text if found == text else found  # most words are their own fold: one string of both


_remembered: Final = lru_cache(1 << 13)(folded)  # chosen: some megabytes
