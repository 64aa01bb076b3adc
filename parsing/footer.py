"""The end-of-message mark («انتهای پیام/») found and taken off a body.

About half of the outlets print one, with the codes of desk, reporter and editor behind it; typists break the words
and glue them to the last sentence, and photo captions or site furniture can follow. Only the tail of a body is
looked at, and only a mark that ends its line: «در انتهای پیام رهبر آمده است» is a sentence.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from parsing.lexicon import rows
from parsing.records import Footer

_SIGNS: Final = re.escape("/\\*.|؛:")
_BEFORE: Final = re.escape(".!؟»/،)-")
_AFTER: Final = re.escape(".*/؛|")
# /645/ · /86011/ت10/ض1002 · / ط آ · /م.ق/ · // 15/ 313 · /63002/ . · ش (a lone letter needs its slash)
_CODE: Final = rf"(?: ?[{_SIGNS}]{{1,4}} ?[\w.*]{{0,12}}(?: [\w.]{{1,6}}){{0,2}}){{0,6}}"
_CODES: Final = re.compile(r"[^\W_]+(?:[.*][^\W_]+)*\*?")
_BLANK: Final = re.compile("[\u200c\u200e\u200f\u200b\u200d\ufeff\u00a0]")
# Of 8,370 marks of 13,509 articles 8,329 stand in the last three lines; after the others one outlet has furniture.
_LINES_SEARCHED: Final = 3
_LONGEST_TAIL: Final = 120  # letters; the longest of these marks has under 40


class _Form(NamedTuple):
    part: str
    word: str


@cache
def _forms() -> dict[str, _Form]:
    return {row["form"]: _Form(row["part"], row["word"]) for row in rows("footer_marks")}


@cache
def _mark() -> re.Pattern[str]:
    """A mark that ends its line: an end, what of, and codes."""
    longest = sorted(_forms(), key=len, reverse=True)
    end = "|".join(re.escape(form) for form in longest if _forms()[form].part == "end")
    what = "|".join(re.escape(form) for form in longest if _forms()[form].part != "end")
    return re.compile(
        rf"(?:^|(?<=[\s{_BEFORE}]))[/\-]{{0,2}} ?"
        rf"(?P<end>{end}) {{0,3}}(?P<what>{what})(?P<codes>{_CODE})[\s{_AFTER}]{{0,8}}$"
    )


def split_footer(body: str) -> tuple[str, Footer | None]:
    """Return the body without its end-of-message mark and what follows it, and the mark (None where there is none).

    The mark is searched in the last three lines that are not blank. A caption or furniture line after the mark is
    dropped with it; text before it in its line stays.

    >>> split_footer("خبر کامل شد. انتهای پیام/645/")[0]
    'خبر کامل شد.'
    """
    lines = body.split("\n")
    searched = 0
    for index in range(len(lines) - 1, -1, -1):
        if not lines[index].strip(" \u200c\u200e\u200f\u00a0\t\r"):
            continue
        searched += 1
        if searched > _LINES_SEARCHED:
            break
        if "انت" not in lines[index] and "پایان" not in lines[index]:  # each end has one
            continue
        line = _BLANK.sub(" ", lines[index]).replace("ي", "ی").replace("ى", "ی").rstrip()
        offset = max(0, len(line) - _LONGEST_TAIL)
        tail = line[offset:]
        match = _mark().search(tail)
        if match is None or _continues(tail[: match.start()]):
            continue
        before = lines[index][: offset + match.start()].rstrip(" \u200c\u00a0/-")
        kept = lines[:index] + ([before] if before else [])
        return "\n".join(kept).rstrip(), _footer(lines[index][offset + match.start() :].strip(), match)
    return body, None


def _continues(before: str) -> bool:
    """Whether the words before the mark make it part of their sentence: «در انتهای پیام»."""
    return before.split()[-1:] in (["در"], ["از"], ["تا"], ["به"], ["این"], ["با"])


def _footer(text: str, match: re.Match[str]) -> Footer:
    end, what = _forms()[match["end"]], _forms()[match["what"]]
    return Footer(
        text=_BLANK.sub(" ", text).strip(),
        marker=f"{end.word} {what.word}",
        codes=tuple(_CODES.findall(match["codes"])),
        is_advert=what.part == "advert",
    )
