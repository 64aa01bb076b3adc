"""Who holds which post in an article: named and unnamed post-holders, each with every place where he is mentioned.

A sentence gives mentions: a post, a name, or both side by side («NAME، POST», «NAME POST», «POST NAME»). Mentions
become people in the order of the text: a name is matched by its surname, a post by its head and the words that tell
it from others. The post of a lead («مدیرکل … گفت») and the name of the next speaker («منوچهر گودرزی … افزود») are one
man, and so are the name of a first speaker and a post that speaks next without being brought in by «نیز». A post is
never borrowed from a man named with it. Unnamed people are records only where they act: they speak, attend, order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from parsing.document import Document
from parsing.lexicon import rows
from parsing.names import given_starts, is_surname, is_tribute, name_end, title_end, title_starts
from parsing.places import name_at
from parsing.posts import Post, alone_heads, head_starts, parts, post_at, same_post
from parsing.records import Official, Role, Span
from parsing.text import Sentence, Token, fold
from parsing.words import joins, listed, word


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a person stands: tokens `[start:end]` of sentence `sentence` of the document.

    `is_subject` where the sentence is what he does, `speaks` where he says it; `frame` is the folded word that shows
    him acting otherwise («حضور», «دیدار», «دستور»), "" where nothing does; `rule` names the shape that was read.
    """

    sentence: int
    start: int
    end: int
    post: Post | None
    name: tuple[int, int] | None
    rule: str
    is_subject: bool = False
    speaks: bool = False
    is_pronoun: bool = False
    is_introduced: bool = False
    in_quote: bool = False
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An official and every mention of him, in the order of the text."""

    official: Official
    mentions: tuple[Mention, ...]


@dataclass(slots=True)
class _Person:
    name: tuple[str, ...] = ()
    name_at: Mention | None = None
    posts: list[Mention] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    speaks: bool = False
    acts: bool = False


def find_officials(document: Document) -> tuple[Official, ...]:
    """Return the officials of an article, in the order of the text."""
    return tuple(found.official for found in find_people(document))


def find_people(document: Document) -> tuple[Found, ...]:
    """Return the officials of an article with all their mentions."""
    mentions = list(_all_mentions(document))
    people = _resolve(document, mentions)
    return tuple(_found(document, person) for person in people if person.posts and (person.name or person.acts))


# --- mentions ---------------------------------------------------------------------------------------------------


@cache
def _speech() -> dict[str, frozenset[str]]:
    """Folded word -> the light verbs that make it a verb of speech; none where it is one alone."""
    return {fold(row["word"]): frozenset(map(fold, row["light"].split())) for row in rows("speech_verbs")}


_PRONOUNS = listed("pronoun", "post_words")
_INTRO = listed("intro", "post_words")
_ACT = listed("act", "post_words")
_WITH = listed("with", "post_words")
_ATTEND = listed("attend", "post_words")
_TIME = listed("time")
_AFTER_NAME = listed("after_name")
_ADVERBIAL = frozenset(("بیان", "اشاره", "تاکید", "اعلام"))
_DESKS = frozenset(("گروه", "سرویس", "خبرنگار", "یادداشت", "ترجمه"))
_DASHES = frozenset("-–—ـ")
_MARKS = _DASHES | frozenset('،«»"()')
_PREPOSITIONS = frozenset(
    ("با", "از", "به", "برای", "توسط", "بین", "میان", "علیه", "درباره", "بدون", "جز", "مانند", "نزد")
)
_THIS_MAN = frozenset(("مسیول", "مقام", "مدیر", "نماینده", "عضو", "استاد", "کارشناس", "فرمانده", "وزیر"))


def _all_mentions(document: Document) -> Iterator[Mention]:
    quoting = False
    paragraph: tuple[str, int] | None = None
    for number, sentence in enumerate(document.sentences):
        if (sentence.part, sentence.paragraph) != paragraph:
            paragraph, quoting = (sentence.part, sentence.paragraph), False
        mentions, quoting = _mentions(number, sentence, quoting)
        yield from mentions


def _mentions(number: int, sentence: Sentence, quoting: bool) -> tuple[list[Mention], bool]:
    """The mentions of one sentence, and whether the next sentence of the paragraph goes on with a quotation."""
    tokens = sentence.tokens
    posts, names = _candidates(tokens)
    speech, quote = _speech_at(tokens)
    _expected_names(tokens, posts, names)
    linked = _linked(tokens, posts, names)
    # «NAME: …», «POST: …» in headlines: the colon alone says that he speaks.
    label = next((pair.end for pair in linked if pair.end < len(tokens) and tokens[pair.end].text == ":"), None)
    if label is not None and (quote is None or label < quote) and (speech is None or label < speech):
        speech, quote = None, label
    if not linked:
        pronoun = _pronoun(number, tokens, speech)
        return ([pronoun] if pronoun else []), quoting or speech is not None
    return _placed(number, tokens, linked, speech, quote, quoting), quoting or speech is not None


def _candidates(tokens: Sequence[Token]) -> tuple[list[Post], list[tuple[int, int]]]:
    """Posts and names that can be told where they stand alone."""
    posts: list[Post] = []
    names: list[tuple[int, int]] = []
    heads, titles, given = head_starts(), title_starts(), given_starts()
    index, count = 0, len(tokens)
    while index < count:
        folded = tokens[index].fold
        if folded in heads:
            post = post_at(tokens, index)
            if post is not None:
                posts.append(post)
                index = post.end
                continue
        if folded in titles:
            after = title_end(tokens, index)
            if after > index:
                opened = after + 1 if after < count and tokens[after].text in '«"' else after
                end = name_end(tokens, opened, is_expected=True)
                if end > opened and not is_tribute(tokens, index):
                    names.append((opened, end))
                    index = end
                    continue
                index = max(after, index + 1)
                continue
        elif folded in given or folded.startswith("سید"):
            end = name_end(tokens, index)
            if end > index and not is_tribute(tokens, index):
                names.append((index, end))
                index = end
                continue
        index += 1
    return posts, names


def _speech_at(tokens: Sequence[Token]) -> tuple[int | None, int | None]:
    """Where the sentence says that somebody speaks, and the colon after which he is quoted."""
    verbs = _speech()
    speech: int | None = None
    for index, token in enumerate(tokens):
        light = verbs.get(token.fold)
        if light is not None:
            follows = tokens[index + 1 : index + 4]
            if not light or any(after.fold in light for after in follows) or _is_adverbial(tokens, index):
                speech = index
        if speech is not None and token.text == ":":
            return speech, index
    return speech, None


def _is_adverbial(tokens: Sequence[Token], index: int) -> bool:
    """«با بیان اینکه», «ضمن تأکید بر»: speaking, told beside another verb."""
    return tokens[index].fold in _ADVERBIAL and index > 0 and tokens[index - 1].fold in ("با", "ضمن")


def _expected_names(tokens: Sequence[Token], posts: list[Post], names: list[tuple[int, int]]) -> None:
    """Add names that stand where only a person's name does: beside a post, or first before the verb of speech."""
    taken = {index for start, end in names for index in range(start, end)}
    taken.update(index for post in posts for index in range(post.start, post.end))
    for post in posts:
        before = _name_before(tokens, post.start, taken)
        if before is not None:
            names.append(before)
            taken.update(range(*before))
    start = _opening(tokens)
    after = title_end(tokens, start) if start < len(tokens) else start
    if after < len(tokens) and tokens[after].text in '«"':
        after += 1
    if after < len(tokens) and after not in taken and not tokens[after].fold.startswith(alone_heads()):
        end = name_end(tokens, after, is_expected=True)
        is_free = end > after and not taken.intersection(range(after, end))
        if is_free and _is_speaker_place(tokens, end) and not _is_place(tokens, after, end):
            names.append((after, end))
    names[:] = sorted(name for name in names if not _is_byline(tokens, *name))


def _is_byline(tokens: Sequence[Token], start: int, end: int) -> bool:
    """The reporter: «خبرگزاری …، گروه … NAME: …», «NAME- …» before the speaker's name."""
    if end >= len(tokens) or tokens[end].text != ":" or tokens[0].fold == "به":
        return False
    return start < 12 and any(token.fold in _DESKS for token in tokens[max(0, start - 6) : start])


def _opening(tokens: Sequence[Token]) -> int:
    """Where the subject of the sentence stands: after «به گزارش …،» or a dateline «سمنان - ایرنا -», else first."""
    if not tokens:
        return 0
    if len(tokens) > 2 and tokens[0].fold in ("به", "بنابر", "بنا") and tokens[1].fold in ("گزارش", "نقل", "به"):
        commas = [index for index, token in enumerate(tokens[:30]) if token.text in "،؛:"]
        return commas[-1] + 1 if commas and _last_comma(tokens, commas) is None else (_last_comma(tokens, commas) or 0)
    if tokens[0].fold in ("همچنین", "سپس") and len(tokens) > 1:
        return 1 if tokens[1].text != "،" else 2
    for index in range(min(6, len(tokens)) - 1, 0, -1):
        if tokens[index].text in _DASHES:
            return index + 1
    return 0


def _last_comma(tokens: Sequence[Token], commas: list[int]) -> int | None:
    """The place after the first comma that a name, a title or a post follows."""
    for comma in commas:
        after = comma + 1
        if after < len(tokens):
            folded = tokens[after].fold
            if folded in title_starts() or folded in given_starts() or folded in head_starts() or folded == "سید":
                return after
            if tokens[after].text in '«"':
                return after
    return None


def _is_speaker_place(tokens: Sequence[Token], end: int) -> bool:
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
    if token.fold in _speech() or token.fold in _TIME or token.fold in _INTRO:
        return True
    return token.fold in ("در", "با", "ضمن", "از", "به", "بر")


def _name_before(tokens: Sequence[Token], post: int, taken: set[int]) -> tuple[int, int] | None:
    """A name that no list of given names tells, right before a post: «طهماسبی مدیرکل», «گودرزی، مدیرکل»."""
    end = post
    if end and tokens[end - 1].text in _MARKS:
        end -= 1
        if end and tokens[end - 1].text in '»"':
            end -= 1
    best: tuple[int, int] | None = None
    for start in range(end - 1, max(-1, end - 5), -1):
        token = tokens[start]
        if start in taken or token.kind != "word" or token.fold in _AFTER_NAME:
            break
        if name_end(tokens[:end], start, is_expected=True) != end or is_tribute(tokens, start):
            continue
        if _opens_name(tokens, start) and not _is_place(tokens, start, end):
            best = start, end
    return best


def _is_place(tokens: Sequence[Token], start: int, end: int) -> bool:
    return end - start == 1 and name_at(tokens, start) is not None


def _opens_name(tokens: Sequence[Token], start: int) -> bool:
    if not start:
        return True
    before = tokens[start - 1]
    if before.kind != "word":
        return True
    return word(before.fold).kind not in "na" or before.fold in _ACT or before.fold in title_starts()


@dataclass(slots=True)
class _Pair:
    post: Post | None
    name: tuple[int, int] | None
    rule: str

    @property
    def start(self) -> int:
        starts = [self.post.start] if self.post else []
        return min(starts + ([self.name[0]] if self.name else []))

    @property
    def end(self) -> int:
        ends = [self.post.end] if self.post else []
        return max(ends + ([self.name[1]] if self.name else []))


def _linked(tokens: Sequence[Token], posts: list[Post], names: list[tuple[int, int]]) -> list[_Pair]:
    """Posts and names side by side are one mention; the name before its post wins over the name after it."""
    pairs: list[_Pair] = []
    free = dict.fromkeys(names, True)
    by_end = {name[1]: name for name in names}
    by_start = {name[0]: name for name in names}
    left: list[Post] = []
    for post in posts:
        name = _neighbour(tokens, by_end, post.start)
        if name is not None and free[name] and not post.is_anaphor:
            free[name] = False
            comma = name[1] < post.start
            pairs.append(_Pair(post, name, "official.name_comma_post" if comma else "official.name_post"))
        else:
            left.append(post)
    for post in left:
        name = _following(tokens, by_start, post.end)
        if name is not None and free[name] and not post.is_anaphor and not _starts_pair(tokens, name, posts):
            free[name] = False
            pairs.append(_Pair(post, name, "official.post_name"))
        else:
            pairs.append(_Pair(post, None, "official.post"))
    pairs.extend(_Pair(None, name, "official.name") for name, is_free in free.items() if is_free)
    pairs.sort(key=lambda pair: pair.start)
    return _second_posts(tokens, pairs)


def _neighbour(tokens: Sequence[Token], by_end: dict[int, tuple[int, int]], start: int) -> tuple[int, int] | None:
    """The name that ends at `start` or before the marks there."""
    for index in range(start, max(-1, start - 3), -1):
        if index in by_end:
            return by_end[index]
        if not index or tokens[index - 1].text not in _MARKS:
            return None
    return None


def _following(tokens: Sequence[Token], by_start: dict[int, tuple[int, int]], end: int) -> tuple[int, int] | None:
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


def _starts_pair(tokens: Sequence[Token], name: tuple[int, int], posts: list[Post]) -> bool:
    """Whether the name has a post of its own after it."""
    index = name[1]
    while index < len(tokens) and tokens[index].text in _MARKS:
        index += 1
    return any(post.start == index for post in posts)


def _second_posts(tokens: Sequence[Token], pairs: list[_Pair]) -> list[_Pair]:
    """Drop the second post of a man already paired: «NAME مدیرکل … و رئیس ستاد …»."""
    kept: list[_Pair] = []
    for pair in pairs:
        last = kept[-1] if kept else None
        if (
            last is not None
            and pair.name is None
            and last.name is not None
            and last.post is not None
            and last.name[0] < last.post.start
            and last.end < len(tokens)
            and tokens[last.end].fold == "و"
            and pair.start == last.end + 1
            and pair.post is not None
            and not pair.post.is_alone
            and not _is_listed(tokens, last.start)
        ):
            continue
        kept.append(pair)
    return kept


def _is_listed(tokens: Sequence[Token], start: int) -> bool:
    """Whether a list of people («با حضور …») is open before `start`."""
    return any(token.fold in _ACT or token.fold in _WITH for token in tokens[max(0, start - 4) : start])


def _pronoun(number: int, tokens: Sequence[Token], speech: int | None) -> Mention | None:
    """«وی افزود», «این مسئول گفت»: the speaker before, again."""
    if not tokens or speech is None:
        return None
    start = 1 if tokens[0].fold in ("همچنین", "سپس") and len(tokens) > 1 else 0
    if tokens[start].fold in _PRONOUNS:
        return Mention(
            number, start, start + 1, None, None, "official.pronoun", is_subject=True, speaks=True, is_pronoun=True
        )
    if tokens[start].fold == "این" and start + 1 < len(tokens) and tokens[start + 1].fold in _THIS_MAN:
        return Mention(
            number, start, start + 2, None, None, "official.pronoun", is_subject=True, speaks=True, is_pronoun=True
        )
    return None


def _placed(
    number: int,
    tokens: Sequence[Token],
    pairs: list[_Pair],
    speech: int | None,
    quote: int | None,
    quoting: bool,
) -> list[Mention]:
    """Say of each mention whether the sentence is his, whether he is quoted about, and how he acts."""
    found: list[Mention] = []
    pronoun = _pronoun(number, tokens, speech)
    has_subject = pronoun is not None and pronoun.start < pairs[0].start
    if has_subject and pronoun is not None:
        found.append(pronoun)
    attended = _attendance(tokens, quote)
    previous: Mention | None = None
    for pair in pairs:
        start, end = pair.start, pair.end
        in_quote = (quote is not None and start > quote) or (quoting and speech is None)
        before = _before(tokens, start)
        oblique = before >= 0 and _is_oblique(tokens, before)
        label = quote is not None and speech is None and quote in (end, end + 1)
        speaks = label or (speech is not None and start < speech and not oblique)
        acts = speech is None and not oblique and not in_quote and _opens_clause(tokens, before)
        frame = _frame(tokens, before, in_quote=in_quote)
        if not frame and previous is not None and previous.frame and _is_next(tokens, previous.end, start):
            frame = previous.frame
        if not frame and attended is not None and start < attended and not in_quote and not has_subject:
            frame = "حضور" if oblique is False or before < 0 else ""
        is_subject = not has_subject and not in_quote and not frame and (speaks or acts)
        if frame in ("گفته", "سخنان", "اظهارات") and not in_quote and not has_subject:
            is_subject = True
        introduced = end < len(tokens) and tokens[end].fold in _INTRO
        introduced = introduced or bool(start and tokens[0].fold in ("همچنین", "سپس"))
        mention = Mention(
            number,
            start,
            end,
            pair.post,
            pair.name,
            pair.rule,
            is_subject=is_subject,
            speaks=is_subject and speaks,
            is_introduced=introduced,
            in_quote=in_quote,
            frame=frame,
        )
        has_subject = has_subject or is_subject
        found.append(mention)
        previous = mention
    return found


def _before(tokens: Sequence[Token], start: int) -> int:
    """The index of the last word before a mention, its titles and opening marks skipped; -1 at the start."""
    index = start - 1
    while index >= 0 and (tokens[index].text in '«"(' or tokens[index].fold in title_starts()):
        index -= 1
    return index


def _is_oblique(tokens: Sequence[Token], before: int) -> bool:
    """Whether the word at `before` governs the mention after it: a preposition, or a noun with an ezafe."""
    token = tokens[before]
    if token.kind != "word":
        return False
    known = word(token.fold)
    if known.kind == "p" or token.fold in _PREPOSITIONS:
        return True
    if token.fold == "و":
        return False
    if known.kind not in "na" or token.fold in _TIME:
        return False
    if before and tokens[before - 1].fold in ("این", "همین", "ان", "همان"):
        return False
    return before + 1 < len(tokens) and joins(token, tokens[before + 1]) and name_at(tokens, before) is None


def _opens_clause(tokens: Sequence[Token], before: int) -> bool:
    return before < 0 or tokens[before].text in "،؛:-–" or tokens[0].fold in ("همچنین", "در", "به")


def _frame(tokens: Sequence[Token], before: int, *, in_quote: bool) -> str:
    """The folded word before a mention that shows the man acting: «با حضور», «در دیدار با», «به دستور».

    In a quotation a meeting must have taken place: «در دیدار با», not «دیدار با … از برنامه‌هاست».
    """
    if before < 0:
        return ""
    folded = tokens[before].fold
    if folded in _ACT:
        return folded
    if folded in ("با", "و"):
        for index in range(before - 1, max(-1, before - 5), -1):
            if tokens[index].fold in _WITH:
                return "دیدار" if not in_quote or (index and tokens[index - 1].fold in ("در", "طی")) else ""
            if tokens[index].text in "،:.":
                break
    if folded in _WITH and before and tokens[before - 1].fold in ("در", "به"):
        return "دیدار"
    return ""


def _is_next(tokens: Sequence[Token], end: int, start: int) -> bool:
    """Whether only a comma or «و» (and titles) stands between two mentions of a list."""
    between = [token for token in tokens[end:start] if token.fold not in title_starts() and token.text not in '«»"()']
    return len(between) <= 2 and all(token.text in "،و" for token in between) and bool(between)


def _attendance(tokens: Sequence[Token], quote: int | None) -> int | None:
    """Where the sentence says that those before attended: «… حضور داشتند»."""
    stop = quote if quote is not None else len(tokens)
    for index in range(stop):
        if tokens[index].fold in _ATTEND and any(
            following.fold in _ATTENDED for following in tokens[index + 1 : index + 3]
        ):
            return index
    return None


_ATTENDED = frozenset(
    map(
        fold, ("داشتند", "داشت", "یافتند", "یافت", "کردند", "کرد", "دارند", "می‌نمودند", "نمودند", "می‌کردند", "داشته‌اند")
    )
)


# --- people -----------------------------------------------------------------------------------------------------


def _resolve(document: Document, mentions: list[Mention]) -> list[_Person]:
    """Gather mentions into people."""
    people: list[_Person] = []
    focus: _Person | None = None
    mentions = _without_strays(document, mentions)
    for index, mention in enumerate(mentions):
        tokens = document.sentences[mention.sentence].tokens
        if mention.is_pronoun:
            if focus is not None:
                focus.mentions.append(mention)
            continue
        name = tuple(token.fold for token in tokens[slice(*mention.name)]) if mention.name else ()
        person = _person(document, people, mentions, index, name, focus)
        if person is None:
            continue
        _add(document, person, mention, name)
        if mention.is_subject and not mention.in_quote:
            person.speaks = person.speaks or mention.speaks
            focus = person
    return people


def _without_strays(document: Document, mentions: list[Mention]) -> list[Mention]:
    """Drop the single words taken for surnames by their place alone that no fuller name of the article holds."""
    parts_of_names: set[str] = set()
    for mention in mentions:
        if mention.name and mention.name[1] - mention.name[0] > 1:
            tokens = document.sentences[mention.sentence].tokens
            parts_of_names.update(token.fold for token in tokens[slice(*mention.name)])
    kept = []
    for mention in mentions:
        if mention.name and mention.name[1] - mention.name[0] == 1:
            tokens = document.sentences[mention.sentence].tokens
            start = mention.name[0]
            folded = tokens[start].fold
            is_titled = start > 0 and tokens[start - 1].fold in title_starts()
            is_known = is_surname(folded) or folded in parts_of_names or given_starts().get(folded, False)
            if not is_titled and not is_known and word(folded).seen:
                if mention.post is None:
                    continue
                mention = replace(mention, name=None, start=mention.post.start, rule="official.post")
        kept.append(mention)
    return kept


def _person(
    document: Document,
    people: list[_Person],
    mentions: list[Mention],
    index: int,
    name: tuple[str, ...],
    focus: _Person | None,
) -> _Person | None:
    """The man of a mention: one already met, or a new one added to `people`."""
    mention = mentions[index]
    post = mention.post
    if name:
        for person in people:
            if person.name and _same_name(person.name, name):
                return person
    if name and post is not None:
        for person in reversed(people):
            if not person.name and person.posts and _holds(person, post):
                return person
        return _new(people)
    if name:
        if mention.is_subject:
            unnamed = [person for person in people if not person.name and person.speaks and person.posts]
            if focus is not None and focus in unnamed:
                unnamed = [focus]
            if len(unnamed) == 1 and not _is_anothers(document, unnamed[0], mentions, name):
                return unnamed[0]
        return _new(people)
    assert post is not None
    if post.is_anaphor:
        return focus
    same = [person for person in people if person.posts and _holds(person, post)]
    if same:
        return focus if focus in same else same[-1]
    if post.is_bare:
        return None
    is_again = mention.speaks and focus is not None and focus.name and not mention.is_introduced
    if is_again and not _new_name_follows(document, people, mentions, index):
        return focus
    return _new(people)


def _is_anothers(document: Document, person: _Person, mentions: list[Mention], name: tuple[str, ...]) -> bool:
    """Whether the article names another man with the post of `person`."""
    for mention in mentions:
        if mention.name is not None and mention.post is not None and _holds(person, mention.post):
            tokens = document.sentences[mention.sentence].tokens
            if not _same_name(tuple(token.fold for token in tokens[slice(*mention.name)]), name):
                return True
    return False


def _new(people: list[_Person]) -> _Person:
    person = _Person()
    people.append(person)
    return person


def _holds(person: _Person, post: Post) -> bool:
    return any(held.post is not None and same_post(held.post, post) for held in person.posts)


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be one man's: the same words, or one is the surname of the other."""
    a, b = "".join(one), "".join(other)
    if len(a) < len(b):
        a, b, one, other = b, a, other, one
    if a == b:
        return True
    if len(b) < 3:
        return False
    if a.endswith(b):
        return len(one) > 1 or len(b) > 4
    return a.removeprefix("سید") == b.removeprefix("سید") or (len(other) == 1 and other[0] in one[1:])


def _new_name_follows(document: Document, people: list[_Person], mentions: list[Mention], index: int) -> bool:
    """Whether the next speaker is a man not met yet, named without a post: then the post before is his."""
    for mention in mentions[index + 1 :]:
        if mention.sentence > mentions[index].sentence + 3:
            return False
        if not mention.is_subject or mention.is_pronoun:
            continue
        if mention.name is None or mention.post is not None:
            return False
        tokens = document.sentences[mention.sentence].tokens
        name = tuple(token.fold for token in tokens[slice(*mention.name)])
        return not any(person.name and _same_name(person.name, name) for person in people)
    return False


def _add(document: Document, person: _Person, mention: Mention, name: tuple[str, ...]) -> None:
    person.mentions.append(mention)
    if name and len("".join(name)) > len("".join(person.name)):
        person.name, person.name_at = name, mention
    if mention.post is not None and not mention.post.is_anaphor:
        person.posts.append(mention)
    if (mention.is_subject and not mention.in_quote) or mention.frame:
        person.acts = True


def _found(document: Document, person: _Person) -> Found:
    first = _first_post(document, person)
    sentence = document.sentences[first.sentence]
    tokens, post = sentence.tokens, first.post
    assert post is not None
    institution, place = parts(tokens, post)
    shown = person.name_at or first
    at = document.sentences[shown.sentence]
    start, end = shown.name or (shown.start, shown.end)
    role: Role = "speaker" if person.speaks else "participant" if person.acts else "mentioned"
    official = Official(
        name=_text(document, at, start, end) if person.name else None,
        post=_text(document, sentence, post.start, post.end),
        span=Span(
            start=at.tokens[start].start,
            end=at.tokens[end - 1].end,
            sentence_start=at.start,
            sentence_end=at.end,
            rule=_rule(person, first),
        ),
        head=_text(document, sentence, post.start, post.head_end),
        organization=_text(document, sentence, *institution) or None,
        place=_text(document, sentence, *place) or None,
        role=role,
        is_acting=post.is_acting,
        is_former=post.is_former,
    )
    return Found(official, tuple(person.mentions))


def _first_post(document: Document, person: _Person) -> Mention:
    """The post as the article first gives it in full: a bare or shorter one of a headline gives way."""
    first = person.posts[0]
    for mention in person.posts[1:]:
        one, other = first.post, mention.post
        assert one is not None and other is not None
        in_headline = document.sentences[first.sentence].part in ("kicker", "title")
        fuller = len(other.identity - one.identity)
        if same_post(one, other) and fuller and (in_headline or not one.identity or fuller > 1):
            first = mention
    return first


def _rule(person: _Person, first: Mention) -> str:
    if first.name is not None or not person.name:
        return first.rule
    return "official.linked"


def _text(document: Document, sentence: Sentence, start: int, end: int) -> str:
    if end <= start:
        return ""
    return document.text[sentence.tokens[start].start : sentence.tokens[end - 1].end]
