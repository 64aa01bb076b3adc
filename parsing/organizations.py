"""Organizations: institutions an article names by a proper name, each once, in the fullest form it gives.

The mentions of `parsing.institutions` become bodies: a short name goes to the fullest form it is short for, a name
without a place to the one that has a place, and where there are several places it is the body above them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from parsing.document import Document
from parsing.institution_names import AND, OF_PROVINCE, is_country
from parsing.institutions import KNOWN, Naming, mentions_of
from parsing.letters import fold
from parsing.places import country_at, survey_places
from parsing.records import Organization, Span
from parsing.words import listed

_WORDS: Final = "organization_words"
_VAGUE: Final = listed("vague", _WORDS)
_COUNTRY: Final = fold("کشور")
_REPUBLIC: Final = "جمهوری اسلامی ایران"  # as `data/countries.tsv` has it
# Heads that make what follows them another body than the one that holds it: «اداره کل فرهنگی | وزارت علوم».
_OWNERS: Final = listed("owner", _WORDS)


def find_organizations(document: Document) -> tuple[Organization, ...]:
    """Every institution that `document` names, inside posts too, one record each, in the order of the text."""
    province, local = survey_places(document)
    mentions = [mention for sentence in document.sentences for mention in mentions_of(sentence, local)]
    bodies = _merge(mentions, province)
    found = [_record(document, body, mentions, province) for body in bodies]
    found.sort(key=lambda organization: organization.span.start)
    # A body told by two of its short names has one fullest form.
    return tuple({(fold(one.name), one.place): one for one in reversed(found)}.values())[::-1]


def _place_key(mention: Naming, province: str | None) -> str:
    """What tells two bodies of the same name apart: their place, where «استان» is the article's province."""
    if mention.place is not None:
        return fold(mention.place.name)
    if mention.place_start < mention.end:
        tokens = mention.sentence.tokens
        country = country_at(tokens, mention.place_start)
        if is_country(tokens, mention.place_start) or (country and country[1] == _REPUBLIC):
            return _COUNTRY  # «… ایران», «… کشور» and «… جمهوری اسلامی ایران» are one
        words_of_place = tokens[mention.place_start : mention.end]
        if [token.fold for token in words_of_place] == [OF_PROVINCE] and province:
            return fold(province)
        return "".join(token.fold for token in words_of_place)
    return ""


def _is_short_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether `short` begins as `long` does and has no word of its own."""
    return bool(short) and bool(long) and short[0] == long[0] and set(short) <= set(long)


@dataclass(frozen=True, slots=True)
class _Body:
    core: tuple[str, ...]
    place: str
    mentions: tuple[Naming, ...]

    def holds(self, short: _Body) -> bool:
        """Whether `short` is a shorter name of this body."""
        if short.place not in ("", self.place):
            return False
        if _is_short_for(short.core, self.core):
            return True
        # «سایپا» for «شرکت خودروسازی سایپا», «ارشاد» for «فرهنگ و ارشاد اسلامی»
        size = len(short.core)
        is_part = all(mention.rule == KNOWN and mention.kind == "department" for mention in short.mentions)
        if is_part and all(mention.drops or mention.rule == KNOWN for mention in self.mentions):
            return any(self.core[at : at + size] == short.core for at in range(len(self.core) - size + 1))
        is_tail = size < len(self.core) and self.core[-size:] == short.core and _OWNERS.isdisjoint(self.core[:-size])
        is_tail = is_tail and not self.surrounds(short)
        is_known = all(mention.rule == KNOWN for mention in short.mentions)
        return is_tail and is_known and any(mention.drops or mention.kind == "club" for mention in self.mentions)

    def surrounds(self, short: _Body) -> bool:
        """Whether a name of this body ends, after «و» and more, with one of `short`: then that is another, above it.

        «اداره مطالعات و مقررات | بانک مرکزی»; «باشگاه فرهنگی | پرسپولیس», «صنایع کوچک و | شهرک‌های صنعتی» are one.
        """
        ends = {(other.sentence.start, other.start): other.end for other in short.mentions}
        for mention in self.mentions:
            marks = [token.text for token in mention.sentence.tokens[mention.start : mention.end]]
            for at in range(1, len(marks)):
                end = ends.get((mention.sentence.start, mention.start + at), mention.end + 1)
                if end <= mention.end and AND in marks[: at - 1] and marks[at - 1] != AND:
                    return True
        return False


def _merge(mentions: Sequence[Naming], province: str | None) -> list[_Body]:
    """Mentions grouped by body: shorter forms go to the fullest form they are short for.

    A name without a place goes to the one form with a place; where there are several, it is the body above them all
    («سازمان بهزیستی» beside «بهزیستی لرستان» and «بهزیستی خرم‌آباد»).
    """
    groups: dict[tuple[str, str], _Body] = {}
    for mention in mentions:
        place = _place_key(mention, province)
        key = "".join(mention.core), place
        body = groups.get(key)
        groups[key] = _Body(mention.core, place, (*body.mentions, mention) if body else (mention,))
    bodies = sorted(groups.values(), key=lambda body: (bool(body.place), len("".join(body.core))), reverse=True)
    kept: list[_Body] = []
    for body in bodies:
        homes = [number for number, other in enumerate(kept) if other.holds(body)]
        places = {kept[number].place for number in homes if kept[number].place}
        if homes and (body.place or len(places) < 2):
            home = kept[homes[0]]
            kept[homes[0]] = replace(home, mentions=home.mentions + body.mentions)
        else:
            kept.append(body)
    return kept


def _fullest(mentions: Sequence[Naming]) -> Naming:
    """The mention with the fullest name; «استان» is less than a named place.

    A name read from its head is not believed to be longer than the article has it elsewhere, at least twice, unless a
    place closes it: what follows it once is the rest of the sentence.
    """
    counts = Counter(mention.core for mention in mentions)

    def rank(mention: Naming) -> tuple[bool, bool, int]:
        tokens = mention.sentence.tokens
        is_vague = (
            mention.place is None and tokens[mention.end - 1].fold in _VAGUE and mention.place_start < mention.end
        )
        is_odd = (
            counts[mention.core] == 1
            and mention.rule != KNOWN
            and mention.place_start == mention.end
            and any(count > 1 and len(core) > 1 and core == mention.core[: len(core)] for core, count in counts.items())
        )
        letters = mention.sentence.end_of(mention.end - 1) - mention.sentence.start_of(mention.start)
        return not is_odd, not is_vague, letters

    return max(mentions, key=rank)


def _record(document: Document, body: _Body, mentions: Sequence[Naming], province: str | None) -> Organization:
    full = _fullest(body.mentions)
    sentence = full.sentence
    start, end = sentence.start_of(full.start), sentence.end_of(full.end - 1)
    place = document.text_of(sentence, full.place_start, full.end) or None
    if place is not None and full.place is None and fold(place) == OF_PROVINCE:
        place = province
    inner = [
        mention
        for mention in mentions
        if mention.sentence is full.sentence and full.start < mention.start and mention.end <= full.end
    ]
    parent = max(inner, key=lambda mention: (mention.end, -mention.start), default=None)
    return Organization(
        name=document.text[start:end],
        span=Span(
            start=start,
            end=end,
            sentence_start=sentence.start,
            sentence_end=sentence.end,
            rule=full.rule,
        ),
        kind=full.kind,
        place=place,
        parent=document.text_of(sentence, parent.start, parent.end) if parent else None,
    )
