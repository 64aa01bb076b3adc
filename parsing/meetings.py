"""Meetings: people who gathered at one time and place, who took part, where, when and about what.

A word of meeting («جلسه», «دیدار») counts where somebody takes part in it («NAME در نشست … گفت»), where it is said to
have been held («برگزار شد»), or where two met («با … دیدار کرد»). «در این جلسه» goes back to the meeting before. A
hall, a secretariat, a match, an interview, a ceremony and a site visit are not meetings; one only planned is kept as
planned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from parsing.dates import find_dates
from parsing.document import Document
from parsing.gazetteer import Gazetteer
from parsing.lexicon import rows
from parsing.mentions import Mention
from parsing.officials import Found
from parsing.phrases import phrase_end
from parsing.records import Meeting, MeetingStatus, Organization, Span
from parsing.text import Sentence, Token, fold
from parsing.words import is_nominal, listed, word

_LIST = "meeting_words"
_INSIDE = listed("inside", _LIST)
_HOLDING = listed("holding", _LIST)
_HOLD = listed("hold", _LIST)
_HELD = listed("held", _LIST)
_PLANNED = listed("planned", _LIST)
_VENUE = listed("venue", _LIST)
_SPORT = listed("sport", _LIST)
_IDLE = listed("idle", _LIST)
_PART = listed("part", _LIST)
_WISHED = listed("wished", _LIST)
_NOT_MEETING = listed("not_meeting", _LIST)
_PUBLIC = fold("علنی")
_THIS = frozenset(("این", "ان", "همین", "همان"))
_WITH, _AND, _IN = "با", "و", "در"
# How A takes part: in the order of A's words before a mention.
_ATTENDING = frozenset(("حضور", "ریاست", "همراه", "همراهی", "معیت", "مشارکت", "میزبانی", "دعوت"))
_MET = "دیدار"
_BODIES = frozenset(
    {"council", "headquarters", "committee", "commission", "parliament", "association", "international"}
)
# Bodies whose sitting is a meeting, and what it is called.
_SITTING = {
    fold(word_): kind
    for word_, kind in (
        ("شورای", "شورا"),
        ("ستاد", "ستاد"),
        ("کارگروه", "کارگروه"),
        ("کمیسیون", "کمیسیون"),
        ("کمیته", "کمیته"),
        ("مجمع", "مجمع"),
    )
}
_GLUED = frozenset(map(fold, ("صدو", "دویستو", "بیستو", "سیو", "چهلو", "پنجاهو", "شصتو", "هفتادو", "هشتادو", "نودو")))
# Names farther from the word of meeting belong to something else.
_FARTHEST_NAME = 7
_FARTHEST_VERB = 90
_TOPIC_WORDS = frozenset(map(fold, ("موضوع", "محوریت", "هدف", "منظور", "عنوان")))
_VENUES = frozenset(
    map(
        fold,
        (
            "سالن",
            "محل",
            "دفتر",
            "تالار",
            "ساختمان",
            "مسجد",
            "استانداری",
            "فرمانداری",
            "شهرداری",
            "دانشگاه",
            "بیت",
            "هتل",
        ),
    )
)


@cache
def _kinds() -> Gazetteer[tuple[str, str]]:
    words_ = ((row["word"], (row["kind"], row["class"])) for row in rows("meeting_kinds"))
    return Gazetteer(words_, compounds=False)


@dataclass(slots=True)
class _Draft:
    """A meeting while the article is read: participants are indices of people, in the order of the text."""

    kind: str
    group: str
    sentence: int
    start: int
    end: int
    rule: str
    status: MeetingStatus
    name: str | None
    is_main: bool = False
    is_left: bool = False
    people: list[int] = field(default_factory=list)
    host: str | None = None
    place: str | None = None
    held_on: date | None = None
    topics: list[str] = field(default_factory=list)

    def add(self, people: Sequence[int]) -> None:
        self.people.extend(person for person in people if person not in self.people)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of meeting at tokens `[start:end]` of a sentence; `opens` is where its ordinals start."""

    sentence: int
    start: int
    end: int
    opens: int
    kind: str
    group: str
    governor: str
    in_quote: bool


def find_meetings(
    document: Document, people: Sequence[Found], organizations: Sequence[Organization] = ()
) -> tuple[Meeting, ...]:
    """Every meeting that `document` tells of, in the order of the text, with the officials who took part.

    `people` and `organizations` are those found in the same document. Planned and cancelled meetings are among them
    with their `status`.
    """
    reader = _Reader(document, people, organizations)
    drafts = reader.read()
    return tuple(reader.meeting(draft) for draft in drafts)


class _Reader:
    """Reads one document from start to end, gathering drafts of meetings."""

    def __init__(self, document: Document, people: Sequence[Found], organizations: Sequence[Organization]) -> None:
        self.document = document
        self.people = people
        self.organizations = organizations
        self.drafts: list[_Draft] = []
        self.mentions: dict[int, list[tuple[Mention, int]]] = {}
        for number, found in enumerate(people):
            for mention in found.mentions:
                self.mentions.setdefault(mention.sentence, []).append((mention, number))
        for listed_mentions in self.mentions.values():
            listed_mentions.sort(key=lambda pair: pair[0].start)

    def read(self) -> list[_Draft]:
        for number, sentence in enumerate(self.document.sentences):
            if sentence.part in ("kicker", "title"):
                continue
            words = list(_words(number, sentence))
            touched = [draft for word_ in words if (draft := self._take(word_, sentence)) is not None]
            if not touched and not self._sit(number, sentence):
                self._follow(number)
        return [draft for draft in self.drafts if self._is_worth(draft)]

    # --- one word of meeting -------------------------------------------------------------------------------------

    def _take(self, at: _Word, sentence: Sentence) -> _Draft | None:
        """What a word of meeting says: a new meeting, more of one known, or nothing."""
        tokens = sentence.tokens
        if at.governor in _THIS:
            return self._refer(at, sentence)
        if at.end < len(tokens) and tokens[at.end].fold in _NOT_MEETING:
            return None
        if at.group == "visit" and any(token.fold in _SPORT for token in tokens):
            return None
        judged = self._judge(at, tokens)
        if judged is None:
            return None
        rule, status, people = judged
        name = self._name(at, sentence)
        draft = self._known(at, name, people)
        if draft is None:
            draft = _Draft(at.kind, at.group, at.sentence, at.opens, at.end, rule, status, name)
            is_reported = at.in_quote or rule in ("meeting.holding", "meeting.of_two")
            draft.is_main = not is_reported and not any(other.is_main for other in self.drafts)
            self.drafts.append(draft)
        elif draft.name is None:
            draft.name = name
        draft.add(people)
        self._details(draft, at, sentence)
        return draft

    def _judge(self, at: _Word, tokens: Sequence[Token]) -> tuple[str, MeetingStatus, list[int]] | None:
        """How a word of meeting is known to be one: the rule, the status, and who took part; None where it is not."""
        verb = _verb(tokens, at.end)
        status: MeetingStatus = "planned" if verb == "planned" else "held"
        around = self._around(at)
        if at.group == "few":
            counterpart = [person for mention, person in self._others(at) if not mention.is_subject]
            if verb == "held" and at.in_quote and counterpart:
                return "meeting.we_met", "held", self._speakers(at) + counterpart
            return None
        if at.in_quote:
            others = [person for mention, person in self._others(at) if mention.start > at.start]
            is_ours = any(_is_first_person(token) for token in tokens[at.end :])
            is_told = verb == "held" or (at.group == "visit" and at.governor in _INSIDE and is_ours)
            if is_told and others and at.governor not in _VENUE:
                return "meeting.told", "held", (self._speakers(at) if is_ours else []) + others
            return None
        if at.governor in _INSIDE:
            if status == "planned" and not self._subjects(at):
                return "meeting.planned", "planned", []
            there = self._subjects(at) + around
            return ("meeting.in_session", "held", there) if there or verb == "held" else None
        if at.governor in _VENUE:
            return None
        if at.group == "visit" and status == "held" and (met := self._who_met(at, tokens)):
            return "meeting.of_two", "held", met
        if at.governor in _HOLDING:
            if any(token.fold in _WISHED for token in tokens[max(0, at.start - 6) : at.start]) or status == "planned":
                return None
            if tokens[max(0, at.opens - 2)].fold not in ("به", "با", "ضمن"):
                return None
            return "meeting.holding", "held", around
        if verb is not None and any(token.fold in _WISHED for token in tokens[max(0, at.start - 4) : at.start]):
            return None
        if at.group == "visit" and verb is None:
            return None
        if verb is not None:
            people = around + (self._subjects(at) if at.group == "visit" else [])
            return ("meeting.held" if status == "held" else "meeting.planned"), status, people
        return None

    def _refer(self, at: _Word, sentence: Sentence) -> _Draft | None:
        """«در این جلسه»: the meeting told of before; where none was, the article is about one from here on."""
        if at.in_quote or sentence.tokens[max(0, at.opens - 2)].fold in _VENUE:
            return None
        draft = next((other for other in reversed(self.drafts) if other.group == at.group), None)
        draft = draft or (self.drafts[-1] if self.drafts else None)
        people = self._subjects(at) + self._around(at) + self._attending(at)
        if draft is None:
            if not people:
                return None
            draft = _Draft(at.kind, at.group, at.sentence, at.start, at.end, "meeting.this", "held", None, is_main=True)
            self.drafts.append(draft)
        draft.add(people)
        self._details(draft, at, sentence)
        return draft

    def _known(self, at: _Word, name: str | None, people: Sequence[int]) -> _Draft | None:
        """The draft that this word of meeting tells of again."""
        for draft in reversed(self.drafts):
            if draft.group != at.group:
                continue
            if name and draft.name and not _is_same_name(name, draft.name):
                continue
            if at.in_quote and people and not set(people) & set(draft.people):
                continue
            return draft
        return None

    def _sit(self, number: int, sentence: Sentence) -> bool:
        """«NAME در شورای اداری استان … گفت»: a council or committee in session, without a word of meeting."""
        if not any(mention.is_subject for mention, _ in self.mentions.get(number, ())):
            return False
        tokens = sentence.tokens
        for index, token in enumerate(tokens):
            if token.text == ":":
                return False
            if token.fold not in _SITTING or not index or tokens[index - 1].fold != _IN:
                continue
            kind = _SITTING[token.fold]
            at = _Word(number, index, index, index, kind, "session", _IN, in_quote=False)
            name, people = self._body(at, sentence), self._subjects(at)
            if name is None or not people or not self._is_taken_part_in(at):
                continue
            draft = self._known(at, name, people)
            if draft is None:
                is_main = not any(other.is_main for other in self.drafts)
                draft = _Draft(kind, "session", number, index, index + 1, "meeting.sitting", "held", name, is_main)
                self.drafts.append(draft)
            draft.add(people + self._around(at))
            self._details(draft, at, sentence)
            return True
        return False

    def _is_taken_part_in(self, at: _Word) -> bool:
        """Whether the subject's name, a time or «حضور» stands right before «در شورای …»: he is no mere member of it."""
        before = self.document.sentences[at.sentence].tokens[at.start - 2 if at.start > 1 else 0]
        if before.fold in _IDLE or before.fold in _ATTENDING or before.text in ")،":
            return any(mention.is_subject and mention.start < at.start for mention, _ in self._others(at))
        return any(
            mention.is_subject and mention.name is not None and mention.name[1] == at.start - 1
            for mention, _ in self._others(at)
        )

    # --- who took part ------------------------------------------------------------------------------------------

    def _subjects(self, at: _Word) -> list[int]:
        """Whose sentence it is."""
        return [number for mention, number in self._others(at) if mention.is_subject and not mention.in_quote]

    def _speakers(self, at: _Word) -> list[int]:
        """Who is speaking where the word stands inside a quotation: the subject of this or of an earlier sentence."""
        for number in range(at.sentence, max(-1, at.sentence - 6), -1):
            subjects = [person for mention, person in self.mentions.get(number, ()) if mention.is_subject]
            if subjects:
                return subjects[-1:]
        return []

    def _others(self, at: _Word) -> list[tuple[Mention, int]]:
        return self.mentions.get(at.sentence, [])

    def _around(self, at: _Word) -> list[int]:
        """Who is said to have been there: «با حضور …», «به ریاست …», «در دیدار با …», «دیدار … با …»."""
        found = []
        tokens = self.document.sentences[at.sentence].tokens
        for mention, number in self._others(at):
            if mention.in_quote != at.in_quote or mention.is_subject:
                continue
            is_met = mention.frame == _MET and mention.start >= at.end
            if at.group == "visit" and at.end <= mention.start:
                is_met = is_met or _is_met(tokens, at.end, mention.start)
            if mention.frame in _ATTENDING or is_met:
                found.append(number)
        return found

    def _who_met(self, at: _Word, tokens: Sequence[Token]) -> list[int]:
        """«دیدار روز گذشته A با B», «دیدار خود با B»: the two who met; nobody where it is still ahead."""
        if any(token.fold in _WISHED or token.fold in _PLANNED for token in tokens):
            return []
        after = [(mention, number) for mention, number in self._others(at) if mention.start >= at.end]
        hosts = [number for mention, number in after if mention.start - at.end <= 3]
        if at.end < len(tokens) and tokens[at.end].fold == "خود":
            hosts = self._subjects(at)
        guests = [number for mention, number in after if number not in hosts and _follows_with(tokens, mention.start)]
        return hosts + guests if hosts and guests else []

    def _attending(self, at: _Word) -> list[int]:
        return [number for mention, number in self._others(at) if mention.frame and not mention.in_quote]

    def _follow(self, number: int) -> None:
        """After the meeting the article is about, whoever speaks next speaks there."""
        main = next((draft for draft in self.drafts if draft.is_main), None)
        if main is None or number <= main.sentence or main.is_left:
            return
        tokens = self.document.sentences[number].tokens
        first = tokens[0].fold
        if first == "به" and len(tokens) > 1 and tokens[1].fold == "گزارش":
            main.is_left = True  # the outlet turns to another event
            return
        for mention, person in self.mentions.get(number, ()):
            is_speaker = mention.is_subject and not mention.in_quote and first not in ("پیش", "قبل", "گفتنی")
            # A press conference is one man's: another is there only where he is brought in («… نیز گفت»).
            if is_speaker and (main.group != "press" or mention.is_introduced):
                main.add([person])

    # --- what it is called, where, when ------------------------------------------------------------------------

    def _name(self, at: _Word, sentence: Sentence) -> str | None:
        """The body in session, else the title the meeting is known by."""
        if at.group in ("visit", "press", "few"):
            return None
        tokens = sentence.tokens
        body = self._body(at, sentence) or (self._public_body() if _PUBLIC in _folds(tokens, at) else None)
        if body is not None:
            return body
        end = phrase_end(tokens, at.end - 1)
        if end <= at.end or all(token.fold in _IDLE for token in tokens[at.end : end] if token.fold):
            return None
        start = at.opens if at.group == "congress" else at.start
        return self.document.text[tokens[start].start : tokens[end - 1].end]

    def _body(self, at: _Word, sentence: Sentence) -> str | None:
        """The council or committee named right after the word of meeting: «جلسه علنی امروز مجلس»."""
        tokens = sentence.tokens
        for index in range(at.end, min(len(tokens), at.end + _FARTHEST_NAME)):
            token = tokens[index]
            for organization in self.organizations:
                if organization.kind in _BODIES and self._names(organization, sentence, token):
                    return organization.name
            if token.kind == "word" and token.fold not in _IDLE and not is_nominal(token):
                return None
        return None

    def _public_body(self) -> str | None:
        """Whose session is «علنی» where the sentence does not say: parliament's, else the city council's."""
        for kind in ("parliament", "council"):
            found = next((body.name for body in self.organizations if body.kind == kind), None)
            if found is not None:
                return found
        return None

    def _names(self, organization: Organization, sentence: Sentence, token: Token) -> bool:
        """Whether the organization's name, or the start of it, stands at a token."""
        text = fold(self.document.text[token.start : min(sentence.end, token.start + len(organization.name) + 8)])
        whole = fold(organization.name)
        if text.startswith(whole):
            return True
        first_words = fold(" ".join(organization.name.split(" ")[:2]))
        return text.startswith(first_words) and len(first_words) > len(token.fold)

    def _details(self, draft: _Draft, at: _Word, sentence: Sentence) -> None:
        """Place, day and topics as far as the sentence says them."""
        tokens = sentence.tokens
        stop = next((index for index in range(at.end, len(tokens)) if tokens[index].text == ":"), len(tokens))
        published = self.document.article.published
        if draft.held_on is None:
            days = [
                dated.period.start
                for dated in find_dates(tokens[:stop], published.date() if published else None)
                if dated.period is not None and dated.period.start == dated.period.end and not dated.is_comparison
            ]
            draft.held_on = days[0] if len(set(days)) == 1 else None
        for index in range(at.end, stop - 1):
            token, following = tokens[index], tokens[index + 1]
            if token.fold == _IN and following.fold in _VENUES and draft.place is None:
                draft.place = self._phrase(tokens, index + 1, stop)
            elif token.fold == "میزبانی" and draft.host is None:
                draft.host = self._phrase(tokens, index + 1, stop)
            elif token.fold in _TOPIC_WORDS and tokens[index - 1].fold in (_WITH, "به"):
                topic = self._phrase(tokens, index + 1, stop)
                if topic and topic not in draft.topics:
                    draft.topics.append(topic)

    def _phrase(self, tokens: Sequence[Token], start: int, stop: int) -> str | None:
        opened = start + 1 if tokens[start].text in '«"' and start + 1 < stop else start
        end = min(phrase_end(tokens, opened), stop)
        return self.document.text[tokens[opened].start : tokens[end - 1].end] if end > opened else None

    # --- the record ---------------------------------------------------------------------------------------------

    def _is_worth(self, draft: _Draft) -> bool:
        """A visit takes two, or one of them an official; the rest stand by themselves."""
        return bool(draft.people) or draft.group in ("session", "congress") or draft.status != "held"

    def meeting(self, draft: _Draft) -> Meeting:
        sentence = self.document.sentences[draft.sentence]
        officials = [self.people[number].official for number in draft.people]
        return Meeting(
            kind=draft.kind,
            span=Span(
                start=sentence.tokens[draft.start].start,
                end=sentence.tokens[draft.end - 1].end,
                sentence_start=sentence.start,
                sentence_end=sentence.end,
                rule=draft.rule,
            ),
            name=draft.name,
            participants=tuple(official.name or official.post or "" for official in officials),
            host=draft.host,
            place=draft.place,
            held_on=draft.held_on,
            topics=tuple(draft.topics),
            status=draft.status,
        )


def _words(number: int, sentence: Sentence) -> Iterator[_Word]:
    """The words of meeting in a sentence with what governs each."""
    tokens, kinds = sentence.tokens, _kinds()
    starts = kinds.starts
    candidates = [index for index, token in enumerate(tokens) if token.fold in starts]
    if not candidates:
        return
    quote = next((index for index, token in enumerate(tokens) if token.text == ":"), len(tokens))
    resume = 0
    for index in candidates:
        match = kinds.match(tokens, index) if index >= resume else None
        if match is None:
            continue
        resume, (kind, group) = match
        opens = _opens(tokens, index)
        governor = tokens[opens - 1].fold if opens else ""
        if governor == "دستور" and opens > 1 and tokens[opens - 2].fold in ("میان", "از"):
            governor = _IN  # «در نطق میان دستور جلسه …»
        elif governor in _PART:
            governor = _governor_of_part(tokens, opens - 1)
        yield _Word(number, index, resume, opens, kind, group, governor, index > quote)


def _governor_of_part(tokens: Sequence[Token], index: int) -> str:
    """What governs a part of a meeting: «در مراسم افتتاحیه همایش» is in the meeting."""
    while index and tokens[index].fold in _PART:
        index -= 1
    return tokens[index].fold


def _folds(tokens: Sequence[Token], at: _Word) -> frozenset[str]:
    return frozenset(token.fold for token in tokens[at.start : at.end + 1])


def _opens(tokens: Sequence[Token], index: int) -> int:
    """The index of the first ordinal or numeral before a word of meeting: «هشتاد و یکمین جلسه»."""
    start = index
    while start:
        token = tokens[start - 1]
        is_ordinal = token.kind == "number" or word(token.fold).kind == "m" or token.fold.endswith("مین")
        is_joined = token.fold == _AND and start > 1 and word(tokens[start - 2].fold).kind == "m"
        is_joined = is_joined or (start < index and token.fold in _GLUED)  # «صدو دهمین جلسه»
        if is_ordinal or is_joined or token.fold in ("نخستین", "اولین", "اخرین", "یک"):
            start -= 1
        else:
            break
    return start


def _verb(tokens: Sequence[Token], start: int) -> str | None:
    """Whether the meeting is said to have been "held", is "planned", or neither."""
    for index in range(start, min(len(tokens) - 1, start + _FARTHEST_VERB)):
        token = tokens[index]
        if token.text == ":":
            return None
        if token.fold not in _HOLD and not _is_met_verb(tokens, index, start):
            continue
        for following in tokens[index + 1 : index + 3]:
            if following.fold in _HELD:
                return "held"
            if following.fold in _PLANNED:
                return "planned"
    first = tokens[start].fold if start < len(tokens) else ""
    if first in _HELD:
        return "held"
    if first in _PLANNED:
        return "planned"
    # «جلساتی را با … داشته‌ایم»
    for token in tokens[start : start + 14]:
        if token.fold in _HELD and token.fold.startswith("داشت"):
            return "held"
    return None


def _is_first_person(token: Token) -> bool:
    """«گرفتیم», «داشتم»: who is quoted was there himself."""
    return token.kind == "word" and word(token.fold).kind == "v" and token.fold.endswith(("دیم", "تیم", "دم", "تم"))


def _is_met_verb(tokens: Sequence[Token], index: int, start: int) -> bool:
    """«دیدار و گفت‌وگو کرد»: the second noun of a pair whose verb serves both."""
    return index == start + 1 and tokens[start].fold == _AND and is_nominal(tokens[index])


def _is_met(tokens: Sequence[Token], start: int, mention: int) -> bool:
    """Whether a mention follows «دیدار» as one who met: directly, or after «با» with no verb or mark between."""
    between = tokens[start:mention]
    if not between:
        return True
    return between[-1].fold in (_WITH, _AND) and all(
        token.kind == "word" and word(token.fold).kind != "v" for token in between
    )


def _follows_with(tokens: Sequence[Token], mention: int) -> bool:
    """Whether «با» stands right before a mention, or before its titles."""
    return any(token.fold == _WITH for token in tokens[max(0, mention - 2) : mention])


def _is_same_name(one: str, other: str) -> bool:
    a, b = fold(one), fold(other)
    return a in b or b in a
