"""Post phrases in tokens: «مدیرکل راه و شهرسازی استان لرستان», with head, institution and place told apart.

All positions are indices into a sequence of tokens of one sentence; ends are exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from parsing.gazetteer import Gazetteer
from parsing.letters import fold
from parsing.lexicon import rows
from parsing.phrases import LONGEST, phrase_end
from parsing.places import name_at, place_at
from parsing.tokens import Tokens, is_nominal, joins
from parsing.words import listed


@dataclass(frozen=True, slots=True)
class Post:
    """A post phrase at `tokens[start:end]`.

    `head` is folded and stands at `[start:head_end]`; `identity` holds the folded words that tell it from other posts
    of the same head, and `unit` is the first of what it heads, '' for none. A post `is_bare` where the head stands
    alone and means no certain post («رئیس»), `is_alone` where its head is a post by itself («استاندار»), `is_anaphor`
    after «این», `is_indefinite` after «یک», `is_acting` where its holder stands in («سرپرست»), `is_former` where he
    holds it no longer («سابق»).
    """

    start: int
    end: int
    head_end: int
    head: str
    identity: frozenset[str]
    unit: str
    is_bare: bool
    is_alone: bool
    is_anaphor: bool
    is_indefinite: bool
    is_acting: bool
    is_former: bool


@cache
def _heads() -> Gazetteer[tuple[str, bool, bool]]:
    return Gazetteer(
        (row["head"], (fold(row["same_as"] or row["head"]), row["alone"] == "yes", row["nests"] == "yes"))
        for row in rows("posts")
    )


@cache
def head_starts() -> frozenset[str]:
    """Folded words that a post may begin with: each head of `data/posts.tsv`, its first word and first half."""
    starts = set()
    for row in rows("posts"):
        starts.add(fold(row["head"]))
        starts.update((fold(row["head"].split()[0]), fold(row["head"].split("\u200c")[0])))
    return frozenset(starts)


@cache
def alone_heads() -> tuple[str, ...]:
    """Folded heads that are a post alone; a word that starts with one is that post glued to its place."""
    return tuple(fold(row["head"]) for row in rows("posts") if row["alone"] == "yes")


@cache
def _not_posts() -> frozenset[tuple[str, str]]:
    return frozenset((fold(row["head"]), fold(row["word"])) for row in rows("not_posts", key=2))


_FORMER: Final = listed("former", "post_words")
_ADJECTIVES: Final = _FORMER | listed("current", "post_words")
_FILLERS: Final = listed("filler", "post_words")
_INSIDE: Final = listed("inside", "post_words")
_GENERIC: Final = listed("generic", "post_words")
_RITUAL: Final = listed("ritual", "post_words")
_PARTS: Final = listed("part", "post_words")
THESE: Final = frozenset(("این", "همین", "ان", "همان"))
"""Folded demonstratives; a post after one is told of before."""
_ALIKE: Final = 1.7  # of 2, the Dice coefficient; chosen: 1.5 changes 2 of 562 officials, 1.9 none
_ACTING: Final = frozenset(("سرپرست", "کفیل"))
_TAKES_IN: Final = listed("takes_in", "post_words")


def post_at(tokens: Tokens, start: int) -> Post | None:
    """Return the post phrase whose head starts at `start`, or None where no post of one man does."""
    match = _heads().match(tokens, start)
    if match is None:
        return None
    head_end, (head, alone, nests) = match
    before = tokens[start - 1].fold if start else ""
    if before in _GENERIC:
        return None
    end = head_end
    former = False
    while end < len(tokens) and tokens[end].fold in _ADJECTIVES:
        former = former or tokens[end].fold in _FORMER
        end += 1
    if end < len(tokens):
        following = tokens[end]
        if following.fold in _RITUAL or _is_no_post(tokens, start, end):
            return None
        if following.fold in THESE and end + 1 < len(tokens) and is_nominal(tokens[end + 1]):
            end = phrase_end(tokens, end + 1, nests=nests)
        else:
            end = _rest_end(tokens, start, end, alone=alone, nests=nests)
            if alone and end == head_end + 1 and _only_describes(tokens, head_end):
                end = head_end
    if head in _TAKES_IN and end + 1 < len(tokens) and tokens[end].fold == "در":
        inside = tokens[end + 1]
        if (
            inside.fold in _INSIDE
            or place_at(tokens, end + 1) is not None
            or (inside.fold in THESE and end + 2 < len(tokens) and tokens[end + 2].fold in _INSIDE)
        ):
            end = phrase_end(tokens, end + (2 if inside.fold in THESE else 1))
    # «نماینده ولی فقیه در هرمزگان و امام جمعه بندرعباس», «معاون رئیس‌جمهور و رئیس سازمان …»: two offices of one man.
    if end + 1 < len(tokens) and tokens[end].fold == "و" and _takes_second(tokens, head, end):
        second = post_at(tokens, end + 1)
        if second is not None and (head, second.head) in _PAIRED and not second.is_bare:
            end = second.end
    told = [token.fold for token in tokens[head_end:end] if token.fold and token.fold not in _FILLERS]
    return Post(
        start=start,
        end=end,
        head_end=head_end,
        head=head,
        identity=frozenset(map(post_stem, told)),
        unit=next((token.fold for token in tokens[head_end:end] if token.fold not in _FILLERS), ""),
        is_bare=end == head_end and not alone,
        is_alone=alone,
        is_anaphor=before in THESE,
        is_indefinite=before == "یک",
        is_acting=head in _ACTING or tokens[start].fold in _ACTING,
        is_former=former or any(token.fold in _FORMER for token in tokens[head_end:end]),
    )


_PAIRED: Final = frozenset((("نمایندهولیفقیه", "امامجمعه"), ("معاون", "رییس")))


def _takes_second(tokens: Tokens, head: str, end: int) -> bool:
    """Vice-presidents alone among deputies head a body of their own."""
    if head == "معاون":
        return tokens[end - 1].fold in ("رییسجمهور", "جمهور")
    return head == "نمایندهولیفقیه"


def _is_no_post(tokens: Tokens, start: int, end: int) -> bool:
    """«عضو خانواده», «مدیر فیلمبرداری»; but «نماینده ایران در …» is a post."""
    if (tokens[start].fold, tokens[end].fold) not in _not_posts():
        return False
    return end + 1 >= len(tokens) or tokens[end + 1].fold != "در" or tokens[end].fold != "ایران"


def post_stem(folded: str) -> str:
    """A folded word of a post as posts are compared: «اقتصادی» and «اقتصاد», «شورای» and «شورا», «هیئت» and «هیأت»."""
    if folded == "هییت":
        return "هیات"
    return folded[:-1] if len(folded) > 4 and folded.endswith("ی") else folded


def bare_post(start: int, head: str) -> Post:
    """The post of one word at `start` that stands before its holder's name: «قاضی …»; `head` is that word, folded."""
    return Post(
        start=start,
        end=start + 1,
        head_end=start + 1,
        head=head,
        identity=frozenset(),
        unit="",
        is_bare=False,
        is_alone=True,
        is_anaphor=False,
        is_indefinite=False,
        is_acting=False,
        is_former=False,
    )


def _only_describes(tokens: Tokens, index: int) -> bool:
    """«وزیر مربوط», «رئیس‌جمهور موفقی»: one adjective after a post that is one alone; «استاندار مرکزی» has a place."""
    return tokens[index].word.kind == "a" and name_at(tokens, index, is_sure=True) is None


def _rest_end(tokens: Tokens, start: int, end: int, *, alone: bool, nests: bool) -> int:
    """The index after what the head governs. A head that is no post alone always takes an ezafe."""
    following = tokens[end]
    whole = phrase_end(tokens, end - 1, nests=nests)
    if whole > end or alone or following.kind != "word" or not is_nominal(following):
        return whole
    # Tried again from the next word, because the head's own weights may be wrong («رئیس هیئت», «امام جمعه»).
    probe = phrase_end((tokens[start], *tokens[end : end + LONGEST]), 0, nests=nests)
    return end + probe - 1 if probe > 1 or not joins(tokens[end - 1], following) else whole


def same_post(one: Post, other: Post) -> bool:
    """Whether two phrases may name one post: the same head, and the words of one are among those of the other.

    The man who held a post is another than the one who holds it, and the head of a part («رئیس کمیسیون … مجلس») than
    the head of the whole.
    """
    if one.head != other.head or one.is_former != other.is_former:
        return False
    if one.unit != other.unit and one.identity and other.identity and not _PARTS.isdisjoint((one.unit, other.unit)):
        return False
    return one.identity <= other.identity or other.identity <= one.identity


def resembles(one: Post, other: Post) -> bool:
    """Whether two phrases that differ may still mean one post, told with a slip of the pen.

    That is where they share 85 % of the pairs of letters of the one that has more.
    """
    if one.head != other.head or one.is_former != other.is_former:
        return False
    a, b = "".join(sorted(one.identity)), "".join(sorted(other.identity))
    first, second = set(pairwise(a)), set(pairwise(b))
    return 2 * len(first & second) >= _ALIKE * max(len(first), len(second)) > 0


def parts(tokens: Tokens, post: Post) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where the institution and the place of the post stand; an empty range where it has none."""
    start = post.head_end
    while start < post.end and tokens[start].fold in _ADJECTIVES:
        start += 1
    for index in range(start, post.end):
        if index and tokens[index - 1].fold == "وزارت":
            continue
        found = place_at(tokens, index)
        if found is not None and found[0] == post.end:
            end = index - 1 if index > start and tokens[index - 1].fold == "در" else index
            return (start, end), (index, post.end)
    return (start, post.end), (post.end, post.end)
