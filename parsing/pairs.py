"""Posts and names of one sentence, and which of them stand side by side: «NAME، POST», «NAME POST», «POST NAME».

All positions are indices into the tokens of the sentence; ends are exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from parsing.letters import fold
from parsing.lexicon import rows
from parsing.names import (
    given,
    given_start,
    is_surname,
    is_tribute,
    may_be_name,
    name_end,
    title_end,
    title_starts,
)
from parsing.phrases import LONGEST
from parsing.places import name_at
from parsing.posts import THESE, Post, alone_heads, bare_post, head_starts, post_at
from parsing.tokens import Token, Tokens, joins, trait, traits
from parsing.words import listed

ACT: Final = listed("act", "post_words")
WITH: Final = listed("with", "post_words")
INTRO: Final = listed("intro", "post_words")
_TIME: Final = listed("time")
_AFTER_NAME: Final = listed("after_name")
_ADVERBIAL: Final = frozenset(("بیان", "اشاره", "تاکید", "اعلام"))
# «قاضی صلواتی»: a title that is a post.
_JUDGE: Final = "قاضی"
_NEXT: Final = listed("next", "post_words")
_DESKS: Final = frozenset(("گروه", "سرویس", "خبرنگار", "یادداشت", "ترجمه"))
_DASHES: Final = frozenset("-–—ـ_")
_MARKS: Final = _DASHES | frozenset('،؛«»"()')
_PREPOSITIONS: Final = listed("governs", "post_words")
_PLURAL: Final = listed("plural", "post_words")
_AFTER_SPEAKER: Final = listed("after_speaker", "post_words")
# Tokens, chosen: half or twice as many change none of 562 officials of 563 articles, but names of no more than two 4.
_BYLINE: Final = 12  # before the name of a reporter
_DESK: Final = 6  # from his desk to his name
_DATELINE: Final = 6  # to the dash of a dateline
_REPORTED: Final = 30  # of «به گزارش …،»
_LONGEST_NAME: Final = 4  # of a name of no list before a post


@dataclass(slots=True, init=False)
class Pair:
    """A post, a name, or both of one man at tokens `[start:end]`; `also` holds his further posts.

    `name` is where the name stands; `rule` the shape, `official.post_name` and the like.
    """

    post: Post | None
    name: tuple[int, int] | None
    rule: str
    also: tuple[Post, ...]

    def __init__(self, post: Post | None, name: tuple[int, int] | None, rule: str, also: tuple[Post, ...] = ()) -> None:
        self.post = post
        self.name = name
        self.rule = rule
        self.also = also

    @property
    def start(self) -> int:
        """Where post or name begins, whichever is first."""
        starts = [self.post.start] if self.post else []
        return min(starts + ([self.name[0]] if self.name else []))

    @property
    def end(self) -> int:
        """Where the last of them ends."""
        ends = [post.end for post in (self.post, *self.also) if post]
        return max(ends + ([self.name[1]] if self.name else []))


class Pairs(NamedTuple):
    """What one sentence holds: its posts and names, paired, and where somebody speaks in it.

    `speech` is the last verb of speech before `quote`, the colon after which the speaker is quoted; None where there is
    none.
    """

    pairs: list[Pair]
    speech: int | None
    quote: int | None


def find_pairs(tokens: Tokens) -> Pairs:
    """Posts and names of a sentence in its order, those side by side together."""
    posts, names = _candidates(tokens)
    speech, quote = _speech_at(tokens)
    _expected_names(tokens, posts, names)
    return Pairs(_linked(tokens, posts, names, speech) if posts or names else [], speech, quote)


@cache
def speech_verbs() -> dict[str, frozenset[str]]:
    """Folded words and the light verbs that make each a verb of speech, none where it is one alone."""
    return {fold(row["word"]): frozenset(map(fold, row["light"].split())) for row in rows("speech_verbs")}


def _begins(token: Token) -> bool:
    folded = token.fold
    is_known = folded in head_starts() or folded in title_starts() or given(folded) is not None
    return is_known or folded == _JUDGE or folded.startswith("سید")


_BEGINS: Final = trait(_begins)
_SPEAKS: Final = trait(lambda token: token.fold in speech_verbs())


def _candidates(tokens: Tokens) -> tuple[list[Post], list[tuple[int, int]]]:
    """Posts and names that can be told where they stand alone."""
    posts: list[Post] = []
    names: list[tuple[int, int]] = []
    heads, titles = head_starts(), title_starts()
    done = 0
    for index in [place for place, token in enumerate(tokens) if traits(token) & _BEGINS]:
        if index < done:
            continue
        folded = tokens[index].fold
        if folded == _JUDGE and (end := _judge_end(tokens, index + 1)) > index + 1:
            posts.append(bare_post(index, _JUDGE))
            names.append((index + 1, end))
            done = end
            continue
        if folded in heads:
            post = post_at(tokens, index)
            if post is not None:
                posts.append(post)
                done = post.end
                continue
        opened, done = index, index + 1
        if folded in titles:
            after = title_end(tokens, index)
            done = max(done, after)
            opened = after + 1 if after < len(tokens) and tokens[after].text in '«"' else after
        end = name_end(tokens, opened, is_titled=opened > index)
        if opened > index and tokens[opened - 1].text in '«"':
            end = max(end, _quoted_end(tokens, opened))
        if end > opened and not is_tribute(tokens, index):
            names.append((given_start(tokens, opened), end))
            done = end
    return posts, names


def _quoted_end(tokens: Tokens, start: int) -> int:
    """The index after the words in quotation marks from `start`, as a titled name is printed: «سردار "رهام بخش نجفی"».

    `start` where they are no words, or too many for a name.
    """
    for end in range(start, min(len(tokens), start + _LONGEST_NAME + 1)):
        if tokens[end].text in '»"':
            return end
        if tokens[end].kind != "word":
            break
    return start


def _judge_end(tokens: Tokens, start: int) -> int:
    """The index after a judge's name at `start`: «قاضی صلواتی», but not «قاضی فدرال»."""
    end = name_end(tokens, start, is_titled=True)
    is_word = end == start + 1 and not is_surname(tokens[start].fold) and not tokens[start].fold.endswith("ی")
    return start if is_word else end


def _speech_at(tokens: Tokens) -> tuple[int | None, int | None]:
    """Where the sentence says that somebody speaks, and the colon after which he is quoted."""
    verbs = speech_verbs()
    speech: int | None = None
    quote: int | None = None
    for index in [place for place, token in enumerate(tokens) if traits(token) & _SPEAKS]:
        if quote is not None and index > quote:
            break
        light = verbs[tokens[index].fold]
        follows = tokens[index + 1 : index + 4]
        if not light or any(after.fold in light for after in follows) or _is_adverbial(tokens, index):
            if speech is None:
                quote = next((place for place in range(index, len(tokens)) if tokens[place].text == ":"), None)
            speech = index
    return speech, quote


def _is_adverbial(tokens: Tokens, index: int) -> bool:
    """«با بیان اینکه», «ضمن تأکید بر»: speaking, told beside another verb."""
    return tokens[index].fold in _ADVERBIAL and index > 0 and tokens[index - 1].fold in ("با", "ضمن")


def _expected_names(tokens: Tokens, posts: list[Post], names: list[tuple[int, int]]) -> None:
    """Add names that stand where only a person's name does: beside a post, or first before the verb of speech."""
    taken = {index for start, end in names for index in range(start, end)}
    taken.update(index for post in posts for index in range(post.start, post.end))
    for post in posts:
        before = _name_before(tokens, post.start, taken)
        if before is not None:
            names.append(before)
            taken.update(range(*before))
    after = opening(tokens)
    if after < len(tokens) and tokens[after].fold in title_starts():
        after = title_end(tokens, after)
    if after < len(tokens) and tokens[after].text in '«"':
        after += 1
    # «روح الله …» is printed in two words, of which the first alone is no name.
    follows = tokens[after + 1].fold if after + 1 < len(tokens) else ""
    if after < len(tokens) and after not in taken and (_opens(tokens[after]) or follows.startswith("ال")):
        end = name_end(tokens, after, is_expected=True)
        is_free = end > after and not taken.intersection(range(after, end))
        is_post = tokens[after].fold.startswith(alone_heads())
        if is_free and not is_post and _is_speaker_place(tokens, end) and not _is_place(tokens, after, end):
            names.append((after, end))
    if not names:
        return
    names[:] = sorted(name for name in names if not _is_byline(tokens, *name))


def _opens(token: Token) -> bool:
    return bool(traits(token) & _BEGINS) or may_be_name(token.fold)


def _is_byline(tokens: Tokens, start: int, end: int) -> bool:
    """The reporter: «خبرگزاری …، گروه … NAME: …», «NAME- …» before the speaker's name."""
    if end >= len(tokens) or tokens[end].text != ":" or tokens[0].fold == "به":
        return False
    return start < _BYLINE and any(token.fold in _DESKS for token in tokens[max(0, start - _DESK) : start])


def opening(tokens: Tokens) -> int:
    """Where the subject of the sentence stands: after «به گزارش …،» or a dateline «سمنان - ایرنا -», else first."""
    if len(tokens) > 2 and tokens[0].fold in ("به", "بنابر", "بنا") and tokens[1].fold in ("گزارش", "نقل", "به"):
        commas = [index for index, token in enumerate(tokens[:_REPORTED]) if token.text in "،؛:"]
        after = [comma + 1 for comma in commas if _starts_person(tokens, comma + 1)]
        return after[0] if after else commas[-1] + 1 if commas else 0
    if len(tokens) > 1 and tokens[0].fold in ("همچنین", "سپس"):
        return 1 if tokens[1].text != "،" else 2
    for index in range(min(_DATELINE, len(tokens)) - 1, 0, -1):
        if tokens[index].text in _DASHES or (tokens[index].text == ":" and tokens[0].fold == "خبرگزاری"):
            return index + 1
    return 0


def _starts_person(tokens: Tokens, index: int) -> bool:
    """Whether a name, a title, a post or a quotation mark stands at `index`."""
    if index >= len(tokens):
        return False
    folded = tokens[index].fold
    known = folded in title_starts() or given(folded) is not None or folded in head_starts()
    return known or folded == "سید" or tokens[index].text in '«"'


def _is_speaker_place(tokens: Tokens, end: int) -> bool:
    """Whether what follows a name at `end` is what follows the name of one who speaks."""
    while end < len(tokens) and tokens[end].text in '»"،':
        end += 1
    if end >= len(tokens):
        return False
    token = tokens[end]
    if token.text in ":(":
        return True
    if token.kind != "word":
        return False
    if token.fold in speech_verbs() or token.fold in _TIME or token.fold in INTRO:
        return True
    return token.fold in _AFTER_SPEAKER


def _name_before(tokens: Tokens, post: int, taken: set[int]) -> tuple[int, int] | None:
    """A name that no list of given names tells, right before a post: «طهماسبی مدیرکل», «گودرزی، مدیرکل»."""
    end = post
    if end and tokens[end - 1].text in _MARKS:
        end -= 1
        if end and tokens[end - 1].text in '»"':
            end -= 1
    best: tuple[int, int] | None = None
    for start in range(end - 1, max(-1, end - 1 - _LONGEST_NAME), -1):
        token = tokens[start]
        if start in taken or token.kind != "word" or token.fold in _AFTER_NAME:
            break
        if name_end(tokens[start:end], 0, is_expected=True) != end - start or is_tribute(tokens, start):
            continue
        is_lone = end - start == 1 and start > 0 and not is_surname(token.fold)
        if is_lone and tokens[start - 1].kind == "word" and not _brings_people(tokens[start - 1]):
            continue
        if _opens_name(tokens, start) and not _is_place(tokens, start, end):
            best = start, end
    return best


def _brings_people(token: Token) -> bool:
    """Whether a word of no list after this one, before a post, is a name: «با پورسیف مدیرکل», not «در کسوت وزیر»."""
    return token.fold in ("با", "و") or token.fold in ACT or token.fold in title_starts()


def _is_place(tokens: Tokens, start: int, end: int) -> bool:
    """Whether one word is a place: before the first dash it is where the news is from («کیش - فرمانده انتظامی کیش»)."""
    is_dateline = start == 0 and end < len(tokens) and tokens[end].text in _DASHES
    if end - start != 1:
        return False
    told_again = is_dateline and any(token.fold == tokens[start].fold for token in tokens[end : end + LONGEST])
    return told_again or name_at(tokens, start, is_sure=is_dateline) is not None


def _opens_name(tokens: Tokens, start: int) -> bool:
    if not start:
        return True
    before = tokens[start - 1]
    if before.kind != "word":
        return True
    if before.word.kind not in "na" or before.fold in ACT or before.fold in title_starts():
        return True
    # «در این نشست طهماسبی مدیرکل …», «از گرگان محمدی مدیرکل …»
    return (start > 1 and tokens[start - 2].fold in THESE) or name_at(tokens, start - 1) is not None


def _linked(tokens: Tokens, posts: list[Post], names: list[tuple[int, int]], speech: int | None) -> list[Pair]:
    """Posts and names side by side are one mention; the name before its post wins over the name after it."""
    pairs: list[Pair] = []
    free = dict.fromkeys(names, True)
    by_end = {name[1]: name for name in names}
    by_start = {name[0]: name for name in names}
    left: list[Post] = []
    post_starts = {post.start for post in posts}
    # «POST: NAME، POST: NAME»; three and more are the credits of a film or a play, not public posts.
    labels = [token.text for token in tokens].count(":")
    for post in posts:
        credited = by_start.get(post.end + 1)
        if labels > 1 and credited is not None and tokens[post.end].text == ":" and free[credited]:
            free[credited] = False
            if labels < 3:
                pairs.append(Pair(post, credited, "official.post_name"))
            continue
        name = _neighbour(tokens, by_end, post.start)
        if name is not None and free[name] and not post.is_anaphor:
            free[name] = False
            comma = name[1] < post.start
            pairs.append(Pair(post, name, "official.name_comma_post" if comma else "official.name_post"))
        else:
            left.append(post)
    named_ends = {pair.end for pair in pairs}
    for post in left:
        name = _following(tokens, by_start, post.end)
        is_second = post.start - 1 in named_ends and tokens[post.start - 1].fold == "و"
        if is_second and post.end < len(tokens) and tokens[post.end].text == "،":
            name = None  # «NAME عضو … و عضو …، NAME …»: the name after the comma is the next man's
        if name is not None and free[name] and not post.is_anaphor and not _starts_pair(tokens, name, post_starts):
            free[name] = False
            pairs.append(Pair(post, name, "official.post_name"))
        else:
            pairs.append(Pair(post, None, "official.post"))
    pairs.extend(Pair(None, name, "official.name") for name, is_free in free.items() if is_free)
    pairs.sort(key=lambda pair: pair.start)
    return _second_posts(tokens, pairs, speech)


def _neighbour(
    tokens: Tokens, by_end: dict[int, tuple[int, int]], start: int, *, is_glossed: bool = False
) -> tuple[int, int] | None:
    """The name that ends at `start` or before the marks there, and before its Latin spelling in brackets."""
    index = start
    for _ in range(_MOST_MARKS):
        if index in by_end:
            return by_end[index]
        if not index or tokens[index - 1].text not in _MARKS:
            return None
        index -= 1
        if tokens[index].text == ")" and not is_glossed:
            opened = next(
                (at for at in range(index - 1, max(-1, index - _LONGEST_GLOSS), -1) if tokens[at].text == "("), index
            )
            is_gloss = opened < index and all(token.text.isascii() for token in tokens[opened:index])
            if is_gloss and (spelled := _neighbour(tokens, by_end, opened, is_glossed=True)) is not None:
                return spelled
    return None


_MOST_MARKS: Final = 4  # between a name and its post: «"رضا نجفی" (Reza Najafi)، مدیر بخش»
_LONGEST_GLOSS: Final = 7


def _following(tokens: Tokens, by_start: dict[int, tuple[int, int]], end: int) -> tuple[int, int] | None:
    """The name that starts at `end`, after a mark or titles."""
    index = end
    if index < len(tokens) and tokens[index].text in "،:":
        if tokens[index].text == ":":
            return None
        index += 1
    if index < len(tokens) and tokens[index].text in '«"(':
        index += 1
    if index < len(tokens):
        index = title_end(tokens, index)
    if index < len(tokens) and tokens[index].text in '«"':
        index += 1
    return by_start.get(index)


def _starts_pair(tokens: Tokens, name: tuple[int, int], post_starts: set[int]) -> bool:
    """Whether the name has a post of its own after it."""
    index = name[1]
    while index < len(tokens) and tokens[index].text in _MARKS:
        index += 1
    return index in post_starts


def _second_posts(tokens: Tokens, pairs: list[Pair], speech: int | None) -> list[Pair]:
    """Give a man his second post: «NAME مدیرکل … و رئیس ستاد …», «معاون استاندار و فرماندار … گفت»."""
    kept: list[Pair] = []
    for pair in pairs:
        last = kept[-1] if kept else None
        if last is not None and _is_same_man(tokens, last, pair, speech) and pair.post is not None:
            last.also += (pair.post,)
        else:
            kept.append(pair)
    return kept


def _is_same_man(tokens: Tokens, last: Pair, pair: Pair, speech: int | None) -> bool:
    if pair.name is not None or pair.post is None or last.post is None or pair.post.is_bare:
        return False
    if last.end >= len(tokens) or tokens[last.end].fold != "و" or pair.start != last.end + 1:
        return False
    if _is_listed(tokens, last.start):
        # «با حضور NAME معاون … و رئیس …، NAME …»: «و» before the last of a list joins two people.
        return last.name is not None and pair.end < len(tokens) and tokens[pair.end].text == "،"
    if last.name is not None:
        return last.name[0] < last.post.start and not pair.post.is_alone
    # Unnamed: one man where the verb is singular and the sentence is his.
    before = word_before(tokens, last.start)
    if speech is None or speech < pair.end or (before >= 0 and is_governed(tokens, before)):
        return False
    return not any(token.fold in _PLURAL for token in tokens[pair.end :])


def _is_listed(tokens: Tokens, start: int) -> bool:
    """Whether a list of people («با حضور …») is open before `start`."""
    return any(token.fold in ACT or token.fold in WITH for token in tokens[max(0, start - 4) : start])


def word_before(tokens: Tokens, start: int) -> int:
    """The index of the last word before a mention, its titles and opening marks skipped; -1 at the start."""
    index = start - 1
    for _ in range(_MOST_TITLES):
        if index >= 0 and (tokens[index].text in '«"(' or tokens[index].fold in title_starts()):
            index -= 1
        elif index > 0 and tokens[index].fold.endswith("المسلمین"):
            # «حجت‌الاسلام والمسلمین», «حجت‌الاسلام و المسلمین»
            index -= 2 if tokens[index - 1].fold == "و" else 1
        else:
            break
    return index


_MOST_TITLES: Final = 16  # titles and marks before a mention; a hostile page has thousands


def is_governed(tokens: Tokens, before: int) -> bool:
    """Whether the word at `before` governs the mention after it: a preposition, or a noun with an ezafe."""
    token = tokens[before]
    if token.kind != "word":
        return False
    known = token.word
    if known.kind == "p" or token.fold in _PREPOSITIONS:
        return True
    if token.fold == "و":
        return False
    if known.kind not in "na" or token.fold in _TIME:
        return False
    if before and tokens[before - 1].fold in THESE:
        return False
    if before and tokens[before - 1].fold == "در" and token.fold in _NEXT:
        return False  # «در ادامه رئیس دادگستری … گفت»
    return before + 1 < len(tokens) and joins(token, tokens[before + 1]) and name_at(tokens, before) is None
