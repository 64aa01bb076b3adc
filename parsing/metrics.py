"""Metrics: stated quantities of something in the world, with what they measure, when, where and who says so.

What counts (`parsing.counting`) becomes records, one per thing. The subject is the noun phrase that is counted, or the
one the figure is said of, before or after it, with the place of the article where neither names one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from parsing.context import Reference, place_of, reference
from parsing.document import Document
from parsing.figures import MOST_COMPARED, Figure, Key, find_figures, is_same, key_of, once
from parsing.frames import Frame, counted_from, frame, used
from parsing.jalali import Dated
from parsing.letters import fold
from parsing.places import begins_place, place_at, survey_places
from parsing.quantities import Quantity
from parsing.records import Metric, Official, Span
from parsing.subjects import Setting, choose, explain
from parsing.tokens import Sentence, Tokens
from parsing.wording import render
from parsing.words import stem as stem_of


def find_metrics(document: Document, officials: Sequence[Official] = ()) -> tuple[Metric, ...]:
    """Return the metrics of an article in the order of the text, each thing once."""
    figures = find_figures(document)
    kept = once(figures)
    if kept:
        _add_subjects(document, kept, figures)
    return tuple(_metric(figure, officials) for figure in kept)


GROUPS: Final = {"share": "h", "times": "h", "ratio": "h", "money": "m", "measure": "u"}


def _add_subjects(document: Document, kept: Sequence[Figure], figures: Sequence[Figure]) -> None:
    """Say what each figure measures, where, and of what total it is a part.

    The subject is words chosen from its sentence, with the article's place if it needs one; where the sentence says
    only «این میزان», that of the figure before.
    """
    setting = setting_of(document)
    province = cache(lambda: survey_places(document)[0])
    beside: dict[int, list[Quantity]] = defaultdict(list)
    for other in figures:
        beside[other.sentence.start].append(other.quantity)
    alike: dict[Key, list[Figure]] = defaultdict(list)
    for one in kept:
        alike[key_of(one)].append(one)
    frames: dict[int, Frame] = {}
    for figure in kept:
        start, quantity = figure.sentence.start, figure.quantity
        if start not in frames:
            frames[start] = frame(figure.sentence.tokens, beside[start], figure.dates)
        framed = frames[start]
        group = GROUPS.get(figure.kind, "c")
        scored = explain(framed, quantity, group, figure.change, setting, figure.sentence.part)
        phrases, needs_place = choose(scored)
        subject = render(framed, quantity, phrases, group)
        figure.subject = f"{subject} {setting.place}".strip() if needs_place else subject
        figure.place = place_of(framed, quantity, phrases, province) or (setting.place if needs_place else None)
        said = reference(framed, quantity, is_change=figure.change is not None)
        told = _told_before(figure, said, alike, figures) if said else None
        if said is None or told is None:
            continue
        if said.kind == "whole":
            figure.whole = told.subject
            figure.subject = " ".join([*_shared_noun(framed, figure, told), figure.subject])
        else:
            figure.subject = " ".join([told.subject, *_at_other_time(figure, said)])
            figure.place = told.place


def _told_before(
    figure: Figure, said: Reference, alike: Mapping[Key, Sequence[Figure]], figures: Sequence[Figure]
) -> Figure | None:
    """The figure that a figure refers back to: the last before it, in its sentence or the one before, of its unit.

    A share, or the size of a change, is of a figure in any unit. A figure that is itself a part is passed over.
    """
    is_relative = figure.kind in _RELATIVE or (figure.change is not None and said.kind == "same")
    before = bisect_left(figures, figure.ordinal, key=lambda other: other.ordinal)
    for index in range(before - 1, max(-1, before - 1 - MOST_COMPARED), -1):
        told = figures[index]
        if told.sentence is figure.sentence:
            if told.quantity.start >= said.at:
                continue
        elif told.sentence.part != figure.sentence.part or figure.sentence.start - told.sentence.end > _GAP:
            return None
        if told.unit == figure.unit or (is_relative and told.kind not in _RELATIVE):
            one = _kept_as(told, alike[key_of(told)])
            if one is not None and one is not figure and one.subject and one.whole is None:
                return one
    return None


def _kept_as(told: Figure, alike: Sequence[Figure]) -> Figure | None:
    """The figure that is kept of the thing of `told`: itself, or the first of the last before it that is the same."""
    at = bisect_left(alike, told.ordinal, key=lambda one: one.ordinal)
    if at < len(alike) and alike[at] is told:
        return told
    return next((one for one in alike[max(0, at - MOST_COMPARED) : at] if is_same(one, told)), None)


_RELATIVE: Final = frozenset(("share", "ratio", "times"))
_GAP: Final = 3  # characters between two sentences that follow each other


def _shared_noun(framed: Frame, figure: Figure, told: Figure) -> list[str]:
    """The noun of a total that its part leaves out: «۵ هزار راننده … از این تعداد ۳ هزار نفر در بخش بار»."""
    first = told.subject.split()[0]
    if figure.unit != told.unit or not told.noun or fold(first)[:3] != fold(told.noun)[:3]:
        return []
    is_named = framed.kinds[counted_from(figure.quantity) :][:1] in ("n", "a")
    own = {stem_of(fold(one))[:4] for one in figure.subject.split()}
    return [] if is_named or stem_of(fold(first))[:4] in own else [first]


def _at_other_time(figure: Figure, said: Reference) -> list[str]:
    """«در مدت مشابه سال گذشته», between what a figure refers back to and its number."""
    tokens = figure.sentence.tokens
    return [
        " ".join(token.text for token in tokens[dated.start - 1 : dated.end])
        for dated in figure.dates
        if dated.is_comparison and said.at < dated.start <= dated.end <= figure.quantity.start
    ]


def setting_of(document: Document) -> Setting:
    """What an article says of its words as a whole: its title, how often it has each, the place it names most."""
    times = Counter([token.stem for sentence in document.sentences for token in sentence.tokens])
    return Setting(title_stems(document), times, main_place(document))


def main_place(document: Document) -> str | None:
    """The place that the article names most, its title and lead counting more."""
    places: Counter[str] = Counter()
    for sentence in document.sentences:
        resume = 0
        for index in [index for index, token in enumerate(sentence.tokens) if begins_place(token)]:
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


def _metric(figure: Figure, officials: Sequence[Official]) -> Metric:
    tokens, quantity, sentence = figure.sentence.tokens, figure.quantity, figure.sentence
    compared = next((dated for dated in figure.dates if dated.is_comparison), None)
    if compared is None and figure.change is not None:
        compared = next((dated for dated in figure.dates if _is_base(tokens, dated)), None)
    own = [dated for dated in figure.dates if dated is not compared and dated.period is not None]
    nearest = min(own, key=lambda dated: abs(dated.start - quantity.start), default=None)
    is_measured = figure.change is not None and compared is not None
    at_base = compared is not None and not is_measured and compared.end <= quantity.start
    return Metric(
        subject=figure.subject or figure.noun,
        value=quantity.value,
        value_high=quantity.high,
        unit=figure.unit,
        comparator=quantity.comparator,
        change=figure.change,
        base=_words(tokens, compared) if is_measured and compared else None,
        base_period=compared.period if is_measured and compared else None,
        period=compared.period if at_base and compared else nearest.period if nearest else None,
        place=figure.place,
        speaker=_speaker(sentence, officials),
        whole=figure.whole,
        span=Span(
            start=sentence.start_of(quantity.start),
            end=sentence.end_of(quantity.end - 1),
            sentence_start=sentence.start,
            sentence_end=sentence.end,
            rule=f"metric.{figure.kind}",
        ),
    )


def _is_base(tokens: Tokens, dated: Dated) -> bool:
    """«نسبت به سال گذشته», «در مقایسه با پارسال»: what a change is measured against."""
    before = [token.fold for token in tokens[max(0, dated.start - 3) : dated.start]]
    return any(word_before in used("against") for word_before in before)


def _words(tokens: Tokens, dated: Dated) -> str:
    return " ".join(token.text for token in tokens[dated.start : dated.end])


def _speaker(sentence: Sentence, officials: Sequence[Official]) -> str | None:
    """The official whose figure is in the sentence or last before it, where one is a speaker; else None."""
    speakers = [one for one in officials if one.role == "speaker" and one.span.start < sentence.end]
    last = max(speakers, key=lambda one: one.span.start, default=None)
    return (last.name or last.post) if last else None
