"""Metrics: stated quantities of something in the world, with what they measure, when, where and who says so.

What counts (`parsing.counting`) becomes records, one per thing. The subject is the noun phrase that is counted, or the
one the figure is said of, before or after it, with the place of the article where neither names one.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from parsing.context import Reference, place_of, reference
from parsing.counting import counted
from parsing.dates import find_dates
from parsing.document import Document
from parsing.frames import Frame, counted_from, frame, used
from parsing.jalali import Dated
from parsing.letters import fold
from parsing.nouns import stem
from parsing.numerals import number_starts
from parsing.places import place_at, place_starts, survey_places
from parsing.quantities import Quantity, find_quantities
from parsing.records import Change, Metric, Official, Span
from parsing.subjects import Setting, choose, explain
from parsing.tokens import Sentence, Token, is_nominal
from parsing.wording import render
from parsing.words import stem as stem_of


@dataclass(slots=True, init=False)
class _Mention:
    """A quantity that counts something, where it stands, and what is known of it so far."""

    ordinal: int
    sentence: Sentence
    quantity: Quantity
    dates: tuple[Dated, ...]
    unit: str
    kind: str
    change: Change | None
    noun: str
    subject: str
    place: str | None
    whole: str | None

    def __init__(
        self,
        *,
        ordinal: int,
        sentence: Sentence,
        quantity: Quantity,
        dates: tuple[Dated, ...],
        unit: str,
        kind: str,
        change: Change | None,
        noun: str = "",
        subject: str = "",
        place: str | None = None,
        whole: str | None = None,
    ) -> None:
        self.ordinal = ordinal
        self.sentence = sentence
        self.quantity = quantity
        self.dates = dates
        self.unit = unit
        self.kind = kind
        self.change = change
        self.noun = noun
        self.subject = subject
        self.place = place
        self.whole = whole


def find_metrics(document: Document, officials: Sequence[Official] = ()) -> tuple[Metric, ...]:
    """Return the metrics of an article in the order of the text, each thing once."""
    published = document.article.published
    mentions = list(_mentions(document, published.date() if published else None))
    _settle_units(mentions)
    kept = _once(mentions)
    if kept:
        _add_subjects(document, kept, mentions)
    return tuple(_metric(mention, officials) for mention in kept)


_GROUPS: Final = {"share": "h", "times": "h", "ratio": "h", "money": "m", "measure": "u"}


def _add_subjects(document: Document, kept: Sequence[_Mention], mentions: Sequence[_Mention]) -> None:
    """Say what each mention measures, where, and of what total it is a part.

    The subject is words chosen from its sentence, with the article's place if it needs one; where the sentence says
    only «این میزان», that of the figure before.
    """
    setting = setting_of(document)
    province = cache(lambda: survey_places(document)[0])
    beside: dict[int, list[Quantity]] = defaultdict(list)
    for other in mentions:
        beside[other.sentence.start].append(other.quantity)
    alike: dict[_Key, list[_Mention]] = defaultdict(list)
    for one in kept:
        alike[_key(one)].append(one)
    frames: dict[int, Frame] = {}
    for mention in kept:
        start, quantity = mention.sentence.start, mention.quantity
        if start not in frames:
            frames[start] = frame(mention.sentence.tokens, beside[start], mention.dates)
        framed = frames[start]
        group = _GROUPS.get(mention.kind, "c")
        scored = explain(framed, quantity, group, mention.change, setting, mention.sentence.part)
        phrases, needs_place = choose(scored)
        subject = render(framed, quantity, phrases, group)
        mention.subject = f"{subject} {setting.place}".strip() if needs_place else subject
        mention.place = place_of(framed, quantity, phrases, province) or (setting.place if needs_place else None)
        said = reference(framed, quantity, is_change=mention.change is not None)
        told = _told_before(mention, said, alike, mentions) if said else None
        if said is None or told is None:
            continue
        if said.kind == "whole":
            mention.whole = told.subject
            mention.subject = " ".join([*_shared_noun(framed, mention, told), mention.subject])
        else:
            mention.subject = " ".join([told.subject, *_at_other_time(mention, said)])
            mention.place = told.place


def _told_before(
    mention: _Mention, said: Reference, alike: Mapping[_Key, Sequence[_Mention]], mentions: Sequence[_Mention]
) -> _Mention | None:
    """The figure that a mention refers back to: the last before it, in its sentence or the one before, of its unit.

    A share, or the size of a change, is of a figure in any unit. A figure that is itself a part is passed over.
    """
    is_relative = mention.kind in _RELATIVE or (mention.change is not None and said.kind == "same")
    before = bisect_left(mentions, mention.ordinal, key=lambda other: other.ordinal)
    for index in range(before - 1, -1, -1):
        told = mentions[index]
        if told.sentence is mention.sentence:
            if told.quantity.start >= said.at:
                continue
        elif told.sentence.part != mention.sentence.part or mention.sentence.start - told.sentence.end > _GAP:
            return None
        if told.unit == mention.unit or (is_relative and told.kind not in _RELATIVE):
            one = next((one for one in alike[_key(told)] if one is told or _is_same(one, told)), None)
            if one is not None and one is not mention and one.subject and one.whole is None:
                return one
    return None


_RELATIVE: Final = frozenset(("share", "ratio", "times"))
_GAP: Final = 3  # characters between two sentences that follow each other


def _shared_noun(framed: Frame, mention: _Mention, told: _Mention) -> list[str]:
    """The noun of a total that its part leaves out: «۵ هزار راننده … از این تعداد ۳ هزار نفر در بخش بار»."""
    first = told.subject.split()[0]
    if mention.unit != told.unit or not told.noun or fold(first)[:3] != fold(told.noun)[:3]:
        return []
    is_named = framed.kinds[counted_from(mention.quantity) :][:1] in ("n", "a")
    own = {stem_of(fold(one))[:4] for one in mention.subject.split()}
    return [] if is_named or stem_of(fold(first))[:4] in own else [first]


def _at_other_time(mention: _Mention, said: Reference) -> list[str]:
    """«در مدت مشابه سال گذشته», between what a mention refers back to and its number."""
    tokens = mention.sentence.tokens
    return [
        " ".join(token.text for token in tokens[dated.start - 1 : dated.end])
        for dated in mention.dates
        if dated.is_comparison and said.at < dated.start <= dated.end <= mention.quantity.start
    ]


def setting_of(document: Document) -> Setting:
    """What an article says of its words as a whole: its title, how often it has each, the place it names most."""
    times = Counter([token.stem for sentence in document.sentences for token in sentence.tokens])
    return Setting(title_stems(document), times, main_place(document))


def main_place(document: Document) -> str | None:
    """The place that the article names most, its title and lead counting more."""
    places: Counter[str] = Counter()
    starts = place_starts()
    for sentence in document.sentences:
        resume = 0
        for index in [index for index, token in enumerate(sentence.tokens) if token.fold in starts]:
            found = place_at(sentence.tokens, index) if index >= resume else None
            if found is None:
                continue
            resume, place = found
            if place is not None:
                places[place.name] += _PART_WEIGHTS.get(sentence.part, 1)
    return places.most_common(1)[0][0] if places else None


_PART_WEIGHTS: Final = {"title": 3, "lead": 2, "kicker": 2}


def title_stems(document: Document) -> frozenset[str]:
    """The stems of the words of the title."""
    tokens = (token for sentence in document.sentences if sentence.part == "title" for token in sentence.tokens)
    return frozenset(token.stem for token in tokens if len(token.fold) > 2)


def _mentions(document: Document, day: date | None) -> Iterator[_Mention]:
    ordinal = 0
    for sentence in document.sentences:
        tokens = sentence.tokens
        if not number_starts(tokens):
            continue
        dates = find_dates(tokens, day)
        quantities = find_quantities(tokens, [(dated.start, dated.end) for dated in dates])
        for one in counted(tokens, quantities):
            yield _Mention(
                ordinal=ordinal,
                sentence=sentence,
                quantity=one.quantity,
                dates=dates,
                unit=one.unit,
                kind=one.kind,
                change=one.change,
                noun=one.noun,
            )
            ordinal += 1


def _settle_units(mentions: list[_Mention]) -> None:
    """Give amounts without a unit the one that the article uses beside them: «۷۱ میلیارد و … ۱۶۲ میلیارد تومان»."""
    for mention in mentions:
        if mention.unit not in ("money", "measure"):
            continue
        same = [
            (abs(other.ordinal - mention.ordinal), other.ordinal < mention.ordinal, other.unit)
            for other in mentions
            if other.kind == mention.kind and other.unit != mention.kind
        ]
        equal = [
            other.unit
            for other in mentions
            if other.quantity.value == mention.quantity.value
            and other.kind == mention.kind
            and other.unit != mention.kind
        ]
        if mention.kind == "measure" and same and sum(unit == min(same)[2] for _, _, unit in same) < 2:
            same = []
        mention.unit = equal[0] if equal else min(same)[2] if same else ""
    mentions[:] = [mention for mention in mentions if mention.unit]


def _significant(value: Decimal) -> int:
    return len(str(value.normalize()).replace(".", "").replace("-", "").split("E")[0].strip("0"))


def _once(mentions: list[_Mention]) -> list[_Mention]:
    """One mention per thing: the title's rounded figure gives way to the exact one, repeats to the first."""
    kept: list[_Mention] = []
    alike: dict[_Key, list[_Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.sentence.part != "body" and any(_is_exact(other, mention) for other in mentions):
            continue
        if not any(_is_same(other, mention) for other in alike[_key(mention)]):
            kept.append(mention)
            alike[_key(mention)].append(mention)
    return kept


type _Key = tuple[str, Decimal, Decimal | None]


def _key(mention: _Mention) -> _Key:
    """What two mentions of one thing have in common: unit, value and upper end."""
    return mention.unit, mention.quantity.value, mention.quantity.high


def _is_exact(exact: _Mention, rounded: _Mention) -> bool:
    """Whether a figure tells more exactly what another does: 42.3 for 42, 940 for «بیش از ۹۰۰», 7 to 10 for 10."""
    a, b = exact.quantity.value, rounded.quantity.value
    if exact.unit != rounded.unit or exact.change != rounded.change or b == 0:
        return False
    if rounded.quantity.high is None and exact.quantity.high is not None:
        return b in (a, exact.quantity.high)
    if rounded.sentence.part == "title" and b < a < b + rounded.quantity.magnitude:
        return True  # «۳ میلیارد» of «۳ میلیارد و ۶۰۰ میلیون»
    if a == b or _significant(a) <= _significant(b):
        return False
    is_over = rounded.quantity.comparator in (">", ">=") and b < a <= b * Decimal("1.2")
    return abs(a - b) <= abs(a) * Decimal("0.03") or (is_over and stem(fold(exact.noun)) == stem(fold(rounded.noun)))


def _is_same(first: _Mention, second: _Mention) -> bool:
    """Whether two mentions of one `_key` are of one thing."""
    a = first.quantity
    if _are_of_others(first.sentence, second.sentence):
        return False
    heads = stem(fold(first.noun.split(" ")[0])), stem(fold(second.noun.split(" ")[0]))
    if first.sentence is second.sentence and not any(heads):
        return any(one and one == other for one, other in zip(_around(first), _around(second), strict=True))
    in_body = first.sentence.part == second.sentence.part == "body"
    if first.sentence is second.sentence:
        # Of 8 such pairs of the corpus in one sentence, 6 of them with one noun, none was a repetition.
        return first.kind != "piece" and (not all(heads) or fold(first.noun) == fold(second.noun))
    if first.kind in ("piece", "ratio"):
        if in_body and not all(heads) and _shared(first.sentence, second.sentence) < _SAME_COUNT:
            return False
        is_rare = abs(a.value) >= 20 and _significant(a.value) > 1
        return is_rare or not all(heads) or heads[0] == heads[1] or _dice(fold(first.noun), fold(second.noun)) >= 0.4
    is_one_named = any(heads) and not all(heads) and in_body
    if is_one_named and _significant(a.value) == 1 and _shared(first.sentence, second.sentence) < _SAME_ROUND:
        return False
    is_other = (all(heads) and heads[0] != heads[1]) or first.change != second.change
    is_other = is_other and in_body
    return not is_other or _significant(a.value) > 2 or _shared(first.sentence, second.sentence) >= _SAME_SENTENCES


def _are_of_others(first: Sentence, second: Sentence) -> bool:
    """Whether two sentences name other things in quotation marks, as the lines of a list of winners do.

    Of 18 such pairs of equal figures of the corpus, 16 were of two things.
    """
    if first is second:
        return False
    a, b = _quoted(first), _quoted(second)
    return bool(a and b) and a.isdisjoint(b)


def _quoted(sentence: Sentence) -> frozenset[str]:
    """The folded names that a sentence of the body has in quotation marks."""
    if sentence.part != "body":
        return frozenset()
    found, name = set[str](), None
    for token in sentence.tokens:
        if token.text == "«":
            name = ""
        elif token.text == "»" and name:
            found.add(name)
            name = None
        elif name is not None:
            name += token.fold
    return frozenset(found)


# The share of the shorter sentence's words, above which two sentences count one thing by two nouns. Of 40 pairs of the
# corpus merged before, 5 of the 6 below it were two things and 6 of the 7 above it one.
_SAME_SENTENCES: Final = 0.35
# The same of two counts of which one names no noun: of 16 pairs of the corpus below it, 11 were two things.
_SAME_COUNT: Final = 0.5
# The same of two round figures of which one names no noun: of 12 pairs of the corpus below it, 8 were two things.
_SAME_ROUND: Final = 0.4


def _shared(first: Sentence, second: Sentence) -> float:
    """The share of the words of the shorter of two sentences that the other has too."""
    a, b = ({token.fold for token in sentence.tokens if len(token.fold) > 2} for sentence in (first, second))
    return len(a & b) / max(1, min(len(a), len(b)))


def _around(mention: _Mention) -> tuple[str, str]:
    """The nouns and adjectives right before and after a quantity, '' where there is none."""
    tokens, quantity = mention.sentence.tokens, mention.quantity
    before, after = tokens[max(0, quantity.start - 1) : quantity.start], tokens[quantity.end : quantity.end + 1]
    first, second = ("".join(token.fold for token in near if is_nominal(token)) for near in (before, after))
    return first, second


def _dice(a: str, b: str) -> float:
    """Dice coefficient over character bigrams: how alike two folded phrases are."""
    x, y = Counter(itertools.pairwise(a)), Counter(itertools.pairwise(b))
    total = x.total() + y.total()
    return 2 * (x & y).total() / total if total else 0.0


def _metric(mention: _Mention, officials: Sequence[Official]) -> Metric:
    tokens, quantity, sentence = mention.sentence.tokens, mention.quantity, mention.sentence
    compared = next((dated for dated in mention.dates if dated.is_comparison), None)
    if compared is None and mention.change is not None:
        compared = next((dated for dated in mention.dates if _is_base(tokens, dated)), None)
    own = [dated for dated in mention.dates if dated is not compared and dated.period is not None]
    nearest = min(own, key=lambda dated: abs(dated.start - quantity.start), default=None)
    is_measured = mention.change is not None and compared is not None
    at_base = compared is not None and not is_measured and compared.end <= quantity.start
    return Metric(
        subject=mention.subject or mention.noun,
        value=quantity.value,
        value_high=quantity.high,
        unit=mention.unit,
        comparator=quantity.comparator,
        change=mention.change,
        base=_words(tokens, compared) if is_measured and compared else None,
        base_period=compared.period if is_measured and compared else None,
        period=compared.period if at_base and compared else nearest.period if nearest else None,
        place=mention.place,
        speaker=_speaker(sentence, officials),
        whole=mention.whole,
        span=Span(
            start=sentence.start_of(quantity.start),
            end=sentence.end_of(quantity.end - 1),
            sentence_start=sentence.start,
            sentence_end=sentence.end,
            rule=f"metric.{mention.kind}",
        ),
    )


def _is_base(tokens: Sequence[Token], dated: Dated) -> bool:
    """«نسبت به سال گذشته», «در مقایسه با پارسال»: what a change is measured against."""
    before = [token.fold for token in tokens[max(0, dated.start - 3) : dated.start]]
    return any(word_before in used("against") for word_before in before)


def _words(tokens: Sequence[Token], dated: Dated) -> str:
    return " ".join(token.text for token in tokens[dated.start : dated.end])


def _speaker(sentence: Sentence, officials: Sequence[Official]) -> str | None:
    """The official whose mention is in the sentence or last before it, where one is a speaker; else None."""
    speakers = [one for one in officials if one.role == "speaker" and one.span.start < sentence.end]
    last = max(speakers, key=lambda one: one.span.start, default=None)
    return (last.name or last.post) if last else None
