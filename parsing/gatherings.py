"""Words of meeting in a sentence: what each is called, what governs it, and what the sentence says of the meeting.

«در نخستین جلسه شورای ترافیک استان با موضوع … که در سالن … برگزار شد»: the word «جلسه» with its ordinal, its governor
«در», its verb, its body, place, day and topic. All positions are indices into the tokens of the sentence; ends are
exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal, NamedTuple

from parsing.dates import find_dates
from parsing.document import Document
from parsing.gazetteer import Gazetteer
from parsing.letters import fold
from parsing.lexicon import rows
from parsing.pairs import opening
from parsing.phrases import phrase_end
from parsing.records import Organization
from parsing.tokens import Sentence, Token, Tokens, is_nominal, trait, traits
from parsing.words import listed

_LIST: Final = "meeting_words"
_HOLD: Final = listed("hold", _LIST)
_HELD: Final = listed("held", _LIST)
PLANNED: Final = listed("planned", _LIST)
IDLE: Final = listed("idle", _LIST)
_PART: Final = listed("part", _LIST)
_PUBLIC: Final = fold("علنی")
WITH: Final = "با"
_AND: Final = "و"
IN: Final = "در"
_TO: Final = "به"
_HOSTING: Final = "میزبانی"
_BODIES: Final = frozenset(
    {"council", "headquarters", "committee", "commission", "parliament", "association", "international"}
)
# Who sits without being an institution: «هیئت وزیران در جلسه …».
_CABINETS: Final = frozenset((fold(board), fold(of)) for board in ("هیئت", "هیأت", "هیات") for of in ("وزیران", "دولت"))
_MEMBERS: Final = frozenset(map(fold, ("نمایندگان", "اعضای", "همچنین", "و")))
# Words from the word of meeting to what belongs to it. Chosen: of 93 meetings in 563 articles none changes with half or
# twice as many for a name, 1 for its verb, 3 for «داشتیم».
_FARTHEST_NAME: Final = 7
_FARTHEST_VERB: Final = 90
_FARTHEST_HAD: Final = 14
_MOST_WORDS: Final = 60  # of meeting in one sentence: each looks through the rest of it; real ones have under ten
_PRESENT: Final = ("می", "نمی", "است", "دار", "باید")
_TOPIC: Final = listed("topic", _LIST)
_ROOM: Final = listed("room", _LIST)


@cache
def _kinds() -> Gazetteer[tuple[str, str]]:
    kinds = ((row["word"], (row["kind"], row["class"])) for row in rows("meeting_kinds") if row["class"] != "body")
    return Gazetteer(kinds, compounds=False)


_STARTS: Final = trait(lambda token: token.fold in _kinds().starts)


@dataclass(frozen=True, slots=True)
class MeetingWord:
    """A word of meeting at tokens `[start:end]` of sentence `sentence` of a document; its ordinals start at `opens`.

    `kind` and `group` are the kind and class of `data/meeting_kinds.tsv`; `governor` is the folded word before it, ""
    where it is the first of its sentence; `in_quote` where it stands after the colon of a quotation.
    """

    sentence: int
    start: int
    end: int
    opens: int
    kind: str
    group: str
    governor: str
    in_quote: bool


def meeting_words(number: int, sentence: Sentence) -> Iterator[MeetingWord]:
    """The words of meeting in sentence `number` of a document with what governs each; at most the first 60 are read."""
    tokens, kinds = sentence.tokens, _kinds()
    candidates = [index for index, token in enumerate(tokens) if traits(token) & _STARTS][:_MOST_WORDS]
    if not candidates:
        return
    quote = next((index for index in range(opening(tokens), len(tokens)) if tokens[index].text == ":"), len(tokens))
    resume = 0
    for index in candidates:
        match = kinds.match(tokens, index) if index >= resume else None
        if match is None:
            continue
        resume, (kind, group) = match
        if index and tokens[index - 1].fold in _BY_VIDEO:
            continue  # «به صورت ویدئو کنفرانس»: how, not what
        opens = _opens(tokens, index)
        governor = tokens[opens - 1].fold if opens else ""
        if governor == "دستور" and opens > 1 and tokens[opens - 2].fold in ("میان", "از"):
            governor = IN  # «در نطق میان دستور جلسه …»
        elif governor in _PART:
            governor = _governor_of_part(tokens, opens - 1)
        yield MeetingWord(number, index, resume, opens, kind, group, governor, index > quote)


_BY_VIDEO: Final = frozenset(("ویدیو", "ویدیویی", "وب"))


def _governor_of_part(tokens: Tokens, index: int) -> str:
    """What governs a part of a meeting: «در مراسم افتتاحیه همایش» is in the meeting."""
    while index and tokens[index].fold in _PART:
        index -= 1
    return tokens[index].fold


def _opens(tokens: Tokens, index: int) -> int:
    """The index of the first ordinal or numeral before a word of meeting: «هشتاد و یکمین جلسه»."""
    start = index
    while start:
        token = tokens[start - 1]
        is_ordinal = token.kind == "number" or token.word.kind == "m" or token.fold.endswith("مین")
        is_joined = token.fold == _AND and start > 1 and tokens[start - 2].word.kind == "m"
        if is_ordinal or is_joined or token.fold in ("نخستین", "اولین", "اخرین", "یک"):
            start -= 1
        else:
            break
    return start


def verb_of(tokens: Tokens, start: int) -> Literal["held", "planned"] | None:
    """Whether the words from `start` on say that a meeting was "held" or is "planned"; None where they say neither."""
    for index in range(start, min(len(tokens) - 1, start + _FARTHEST_VERB)):
        token = tokens[index]
        if token.text == ":":
            return None
        if token.fold not in _HOLD and not _is_met_verb(tokens, index, start):
            continue
        for following in tokens[index + 1 : index + 3]:
            if following.fold in _HELD:
                return "held"
            if following.fold in PLANNED:
                return "planned"
    first = tokens[start].fold if start < len(tokens) else ""
    if first in _HELD:
        return "held"
    if first in PLANNED:
        return "planned"
    # «جلساتی را با … داشته‌ایم»
    for token in tokens[start : start + _FARTHEST_HAD]:
        if token.fold in _HELD and token.fold.startswith("داشت"):
            return "held"
    return None


def is_first_person(token: Token) -> bool:
    """«گرفتیم», «داشتم»: who is quoted was there himself."""
    return token.kind == "word" and token.word.kind == "v" and token.fold.endswith(("دیم", "تیم", "دم", "تم"))


def _is_met_verb(tokens: Tokens, index: int, start: int) -> bool:
    """«دیدار و گفت‌وگو کرد»: the second noun of a pair whose verb serves both."""
    return index == start + 1 and tokens[start].fold == _AND and is_nominal(tokens[index])


def is_met(tokens: Tokens, start: int, mention: int) -> bool:
    """Whether a mention follows «دیدار» as one who met: directly, or after «با» with no verb or mark between.

    `start` is the index after «دیدار», `mention` that of the mention.
    """
    between = tokens[start:mention]
    if not between:
        return True
    return between[-1].fold in (WITH, _AND) and all(
        token.kind == "word" and token.word.kind != "v" for token in between
    )


def follows_with(tokens: Tokens, mention: int) -> bool:
    """Whether «با» stands right before a mention, or before its titles."""
    return any(token.fold == WITH for token in tokens[max(0, mention - 2) : mention])


def meeting_name(document: Document, organizations: Sequence[Organization], at: MeetingWord) -> str | None:
    """The body in session, else the title the meeting is known by; None for visits and press conferences."""
    if at.group in ("visit", "press", "few"):
        return None
    sentence = document.sentences[at.sentence]
    tokens = sentence.tokens
    body = sitting_body(document, organizations, at)
    if body is None and any(token.fold == _PUBLIC for token in tokens[at.start : at.end + 1]):
        body = _public_body(organizations)
    if body is not None:
        return body
    end = phrase_end(tokens, at.end - 1)
    if end <= at.end or all(token.fold in IDLE for token in tokens[at.end : end] if token.fold):
        return None
    start = at.opens if at.group == "congress" else at.start
    return document.text_of(sentence, start, end)


def sitting_body(document: Document, organizations: Sequence[Organization], at: MeetingWord) -> str | None:
    """The council or committee named right after the word of meeting («جلسه علنی امروز مجلس»), None where none is."""
    sentence = document.sentences[at.sentence]
    tokens = sentence.tokens
    for index in range(at.end, min(len(tokens), at.end + _FARTHEST_NAME)):
        token = tokens[index]
        for organization in organizations:
            if organization.kind in _BODIES and _stands_at(document.text, organization, sentence, index):
                return organization.name
        if token.kind == "word" and token.fold not in IDLE and not is_nominal(token):
            return None
    return None


def body_before(document: Document, organizations: Sequence[Organization], at: MeetingWord) -> str | None:
    """Whose sitting it was: «نمایندگان مجلس در جلسه امروز … را تصویب کردند»; the sentence is theirs and in the past.

    None for «طرح شورا در جلسه …» and where the sentence ends in the present or the future.
    """
    sentence = document.sentences[at.sentence]
    tokens = sentence.tokens
    before = at.opens - 2  # what stands before «در»
    verbs = [token for token in tokens[at.end :] if token.word.kind == "v"]
    is_ahead = any(verb.fold in PLANNED for verb in verbs[-2:])
    if before < 0 or not verbs or is_ahead or verbs[-1].text.startswith(_PRESENT):
        return None
    if before and (tokens[before - 1].fold, tokens[before].fold) in _CABINETS and _opens_clause(tokens, before - 1):
        return document.text_of(sentence, before - 1, before + 1)
    for index in range(max(0, before - _FARTHEST_NAME), before + 1):
        name = document.text_of(sentence, index, before + 1)
        for organization in organizations:
            is_here = organization.kind in _BODIES and organization.name == name
            if is_here and _opens_clause(tokens, index):
                return organization.name
    return None


def _opens_clause(tokens: Tokens, index: int) -> bool:
    """Whether the words at `index` are a subject: at the start, after a mark, or after «نمایندگان» and the like."""
    return index == 0 or tokens[index - 1].kind == "punct" or tokens[index - 1].fold in _MEMBERS


def _public_body(organizations: Sequence[Organization]) -> str | None:
    """Whose session is «علنی» where the sentence does not say: parliament's, else the city council's."""
    for kind in ("parliament", "council"):
        found = next((body.name for body in organizations if body.kind == kind), None)
        if found is not None:
            return found
    return None


def _stands_at(text: str, organization: Organization, sentence: Sentence, index: int) -> bool:
    """Whether the organization's name, or the start of it, stands at a token."""
    start = sentence.start_of(index)
    words_here = fold(text[start : min(sentence.end, start + len(organization.name) + 8)])
    if words_here.startswith(fold(organization.name)):
        return True
    first_words = fold(" ".join(organization.name.split(" ")[:2]))
    return words_here.startswith(first_words) and len(first_words) > len(sentence.tokens[index].fold)


class Details(NamedTuple):
    """What one sentence says of a meeting beside who took part, each as the text has it; None where it says nothing."""

    place: str | None
    host: str | None
    held_on: date | None
    topics: tuple[str, ...]


def read_details(document: Document, at: MeetingWord) -> Details:
    """Place, host, day and topics as far as the sentence of a word of meeting says them; no day where it names two."""
    sentence = document.sentences[at.sentence]
    tokens = sentence.tokens
    stop = next((index for index in range(at.end, len(tokens)) if tokens[index].text == ":"), len(tokens))
    place: str | None = None
    host: str | None = None
    topics: list[str] = []
    for index in range(at.end, stop - 1):
        token, following = tokens[index], tokens[index + 1]
        if token.fold == IN and following.fold in _ROOM and place is None:
            place = _phrase(document, sentence, index + 1, stop)
        elif token.fold == _HOSTING and host is None:
            host = _phrase(document, sentence, index + 1, stop)
        elif token.fold in _TOPIC and tokens[index - 1].fold in (WITH, _TO):
            topic = _phrase(document, sentence, index + 1, stop)
            if topic and topic not in topics:
                topics.append(topic)
    return Details(place, host, _day(document, tokens[:stop]), tuple(topics))


def _day(document: Document, tokens: Tokens) -> date | None:
    """The one day that is named, None where none or several are."""
    published = document.article.published
    days = {
        dated.period.start
        for dated in find_dates(tokens, published.date() if published else None)
        if dated.period is not None and dated.period.start == dated.period.end and not dated.is_comparison
    }
    return days.pop() if len(days) == 1 else None


def _phrase(document: Document, sentence: Sentence, start: int, stop: int) -> str | None:
    tokens = sentence.tokens
    opened = start + 1 if tokens[start].text in '«"' and start + 1 < stop else start
    end = min(phrase_end(tokens, opened), stop)
    return document.text_of(sentence, opened, end) or None
