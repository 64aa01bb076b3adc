"""Meetings: people who gathered at one time and place, who took part, where, when and about what.

A word of meeting («جلسه», «دیدار») counts where somebody takes part in it («NAME در نشست … گفت»), where it is said to
have been held («برگزار شد»), or where two met («با … دیدار کرد»). «در این جلسه» goes back to the meeting before. A
hall, a secretariat, a match, an interview, a ceremony and a site visit are not meetings; one only planned is kept as
planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from parsing.document import Document
from parsing.gatherings import (
    IDLE,
    IN,
    PLANNED,
    Details,
    MeetingWord,
    body_before,
    follows_with,
    is_first_person,
    is_met,
    meeting_name,
    meeting_words,
    read_details,
    sitting_body,
    verb_of,
)
from parsing.letters import fold
from parsing.lexicon import rows
from parsing.mentions import Mention
from parsing.officials import Found
from parsing.pairs import opening
from parsing.records import Meeting, MeetingStatus, Organization, Span
from parsing.tokens import Sentence, Tokens
from parsing.words import listed

_LIST: Final = "meeting_words"
_INSIDE: Final = listed("inside", _LIST)
_HOLDING: Final = listed("holding", _LIST)
_VENUE: Final = listed("venue", _LIST)
_SPORT: Final = listed("sport", _LIST)
_WISHED: Final = listed("wished", _LIST)
_NOT_MEETING: Final = listed("not_meeting", _LIST)
_THIS: Final = listed("this", _LIST)
# How A takes part: in the order of A's words before a mention.
_ATTENDING: Final = listed("attending", _LIST)
_SPEAKING: Final = listed("speaking", _LIST)
_MET: Final = "دیدار"
# Sentences back to who is speaking, and words before the word of meeting that may say that nobody has met yet. Chosen:
# of 93 meetings in 563 articles at most 1 changes with half or twice as many.
_FARTHEST_SPEAKER: Final = 6
_BEFORE_HOLDING: Final = 6
_BEFORE_HELD: Final = 4
# Bodies whose sitting is a meeting, and what it is called.
_SITTING: Final = {fold(row["word"]): row["kind"] for row in rows("meeting_kinds") if row["class"] == "body"}


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

    def note(self, details: Details) -> None:
        """Keep what one more sentence says; what is known already stays."""
        self.place, self.host = self.place or details.place, self.host or details.host
        self.held_on = self.held_on or details.held_on
        self.topics = list(dict.fromkeys((*self.topics, *details.topics)))

    def add(self, people: Sequence[int]) -> None:
        self.people = list(dict.fromkeys((*self.people, *people)))


def find_meetings(
    document: Document, people: Sequence[Found], organizations: Sequence[Organization] = ()
) -> tuple[Meeting, ...]:
    """Every meeting that `document` tells of, in the order of the text, with the officials who took part.

    `people` and `organizations` are those found in the same document. Planned meetings are among
    them, as `status` says.
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
            words = list(meeting_words(number, sentence))
            touched = [draft for word_ in words if (draft := self._take(word_, sentence)) is not None]
            if not touched and not self._sit(number, sentence):
                self._follow(number)
        return [draft for draft in self.drafts if self._is_worth(draft)]

    # --- one word of meeting -------------------------------------------------------------------------------------

    def _take(self, at: MeetingWord, sentence: Sentence) -> _Draft | None:
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
        name = meeting_name(self.document, self.organizations, at)
        if rule == "meeting.of_body":
            name = body_before(self.document, self.organizations, at)
        draft = self._known(at, name, people)
        if draft is None:
            draft = _Draft(at.kind, at.group, at.sentence, at.opens, at.end, rule, status, name)
            is_reported = at.in_quote or rule in ("meeting.holding", "meeting.of_two")
            draft.is_main = not is_reported and not any(other.is_main for other in self.drafts)
            self.drafts.append(draft)
        elif draft.name is None:
            draft.name = name
        draft.add(people)
        draft.note(read_details(self.document, at))
        return draft

    def _judge(self, at: MeetingWord, tokens: Tokens) -> tuple[str, MeetingStatus, list[int]] | None:
        """How a word of meeting is known to be one: the rule, the status, and who took part; None where it is not."""
        verb = verb_of(tokens, at.end)
        status: MeetingStatus = "planned" if verb == "planned" else "held"
        around = self._around(at)
        if at.group == "few":
            counterpart = [person for mention, person in self._others(at) if not mention.is_subject]
            if verb == "held" and at.in_quote and counterpart:
                return "meeting.we_met", "held", self._speakers(at) + counterpart
            return None
        if at.in_quote:
            others = [person for mention, person in self._others(at) if mention.start > at.start]
            is_ours = any(is_first_person(token) for token in tokens[at.end :])
            is_told = verb == "held" or (at.group == "visit" and at.governor in _INSIDE and is_ours)
            if is_told and others and at.governor not in _VENUE:
                return "meeting.told", "held", (self._speakers(at) if is_ours else []) + others
            return None
        if at.governor in _INSIDE:
            if status == "planned" and not self._subjects(at):
                return "meeting.planned", "planned", []
            there = self._subjects(at) + around
            is_alone = not any(mention.start < at.start for mention, _ in self._others(at))
            if is_alone and at.governor == IN and body_before(self.document, self.organizations, at) is not None:
                return "meeting.of_body", "held", around
            is_spoken_at = at.group == "congress" and any(token.fold in _SPEAKING for token in tokens[at.end :])
            return ("meeting.in_session", "held", there) if there or verb == "held" or is_spoken_at else None
        if at.governor in _VENUE:
            return None
        if at.group == "visit" and status == "held" and (met := self._who_met(at, tokens)):
            return "meeting.of_two", "held", met
        if at.governor in _HOLDING:
            if status == "planned" or _is_wished(tokens, at.start, _BEFORE_HOLDING):
                return None
            if tokens[max(0, at.opens - 2)].fold not in ("به", "با", "ضمن"):
                return None
            return "meeting.holding", "held", around
        if verb is not None and _is_wished(tokens, at.start, _BEFORE_HELD):
            return None
        if at.group == "visit" and verb is None:
            return None
        if verb is not None:
            people = around + (self._subjects(at) if at.group == "visit" else [])
            return ("meeting.held" if status == "held" else "meeting.planned"), status, people
        return None

    def _refer(self, at: MeetingWord, sentence: Sentence) -> _Draft | None:
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
        draft.note(read_details(self.document, at))
        return draft

    def _known(self, at: MeetingWord, name: str | None, people: Sequence[int]) -> _Draft | None:
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
        for index in range(opening(tokens), len(tokens)):
            token = tokens[index]
            if token.text == ":":
                return False
            if token.fold not in _SITTING or not index or tokens[index - 1].fold != IN:
                continue
            kind = _SITTING[token.fold]
            at = MeetingWord(number, index, index, index, kind, "session", IN, in_quote=False)
            name, people = sitting_body(self.document, self.organizations, at), self._subjects(at)
            if name is None or not people or not self._is_taken_part_in(at):
                continue
            draft = self._known(at, name, people)
            if draft is None:
                is_main = not any(other.is_main for other in self.drafts)
                draft = _Draft(kind, "session", number, index, index + 1, "meeting.sitting", "held", name, is_main)
                self.drafts.append(draft)
            draft.add(people + self._around(at))
            draft.note(read_details(self.document, at))
            return True
        return False

    def _is_taken_part_in(self, at: MeetingWord) -> bool:
        """Whether the subject's name, a time or «حضور» stands right before «در شورای …»: he is no mere member of it."""
        before = self.document.sentences[at.sentence].tokens[at.start - 2 if at.start > 1 else 0]
        if before.fold in IDLE or before.fold in _ATTENDING or before.text in ")،":
            return any(mention.is_subject and mention.start < at.start for mention, _ in self._others(at))
        return any(
            mention.is_subject and mention.name is not None and mention.name[1] == at.start - 1
            for mention, _ in self._others(at)
        )

    # --- who took part ------------------------------------------------------------------------------------------

    def _subjects(self, at: MeetingWord) -> list[int]:
        """Whose sentence it is."""
        return [number for mention, number in self._others(at) if mention.is_subject and not mention.in_quote]

    def _speakers(self, at: MeetingWord) -> list[int]:
        """Who is speaking where the word stands inside a quotation: the subject of this or of an earlier sentence."""
        for number in range(at.sentence, max(-1, at.sentence - _FARTHEST_SPEAKER), -1):
            subjects = [person for mention, person in self.mentions.get(number, ()) if mention.is_subject]
            if subjects:
                return subjects[-1:]
        return []

    def _others(self, at: MeetingWord) -> list[tuple[Mention, int]]:
        return self.mentions.get(at.sentence, [])

    def _around(self, at: MeetingWord) -> list[int]:
        """Who is said to have been there: «با حضور …», «به ریاست …», «در دیدار با …», «دیدار … با …»."""
        found = []
        tokens = self.document.sentences[at.sentence].tokens
        for mention, number in self._others(at):
            if mention.in_quote != at.in_quote or mention.is_subject:
                continue
            has_met = mention.frame == _MET and mention.start >= at.end
            if at.group == "visit" and at.end <= mention.start:
                has_met = has_met or is_met(tokens, at.end, mention.start)
            if mention.frame in _ATTENDING or has_met:
                found.append(number)
        return found

    def _who_met(self, at: MeetingWord, tokens: Tokens) -> list[int]:
        """«دیدار روز گذشته A با B», «دیدار خود با B»: the two who met; nobody where it is still ahead."""
        if any(token.fold in _WISHED or token.fold in PLANNED for token in tokens):
            return []
        after = [(mention, number) for mention, number in self._others(at) if mention.start >= at.end]
        hosts = [number for mention, number in after if mention.start - at.end <= 3]
        if at.end < len(tokens) and tokens[at.end].fold == "خود":
            hosts = self._subjects(at)
        guests = [number for mention, number in after if number not in hosts and follows_with(tokens, mention.start)]
        return hosts + guests if hosts and guests else []

    def _attending(self, at: MeetingWord) -> list[int]:
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
                start=sentence.start_of(draft.start),
                end=sentence.end_of(draft.end - 1),
                sentence_start=sentence.start,
                sentence_end=sentence.end,
                rule=draft.rule,
            ),
            name=draft.name,
            participants=tuple(label for one in officials if (label := one.name or one.post)),
            host=draft.host,
            place=draft.place,
            held_on=draft.held_on,
            topics=tuple(draft.topics),
            status=draft.status,
        )


def _is_wished(tokens: Tokens, start: int, words: int) -> bool:
    """Whether one of so many words before `start` says that nobody has met yet."""
    return any(token.fold in _WISHED for token in tokens[max(0, start - words) : start])


def _is_same_name(one: str, other: str) -> bool:
    """Whether one name is the other with words left out: «مجمع عمومی و سالیانه فدراسیون» is «مجمع عمومی فدراسیون»."""
    a, b = fold(one), fold(other)
    words, others = ({fold(part) for part in name.split()} for name in (one, other))
    return a in b or b in a or words <= others or others <= words
