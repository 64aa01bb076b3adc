"""Metrics: stated quantities of something in the world, with what they measure, when, where and who says so.

A quantity is refused where its number counts nothing (dates, ages, durations, names, codes, scores, «یک» as an
article); the rest are records, one per thing. The subject is the noun phrase that is counted, or the one the figure is
said of, before or after it, with the place of the article where neither names one.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from parsing.dates import Dated, find_dates
from parsing.document import Document
from parsing.frames import Frame, frame, used
from parsing.lexicon import infinitives, rows, words
from parsing.names import is_name_start
from parsing.numerals import number_starts, starts_number
from parsing.phrases import phrase_end
from parsing.places import place_at, place_starts
from parsing.quantities import Quantity, find_quantities, words_of_use
from parsing.records import Change, Metric, Official, Span
from parsing.subjects import Setting, choose, explain
from parsing.subjects import stem as stem_of
from parsing.text import Sentence, Token, fold
from parsing.wording import render
from parsing.words import is_nominal, word

_SPEED = fold("سرعت")
_YEARS = (1250, 1450)
_GREGORIAN = (1850, 2100)


@dataclass(slots=True, kw_only=True)
class _Mention:
    """A quantity that counts something, where it stands, and what is known of it so far."""

    place: int
    sentence: Sentence
    quantity: Quantity
    dates: tuple[Dated, ...]
    unit: str
    kind: str
    change: Change | None
    noun: str = ""
    subject: str = ""


@cache
def _people() -> frozenset[str]:
    return frozenset(map(fold, words("people")))


@cache
def _ordinals() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in rows("calendar", key=2) if row["kind"] == "ordinal")


_PLURALS = ("هایی", "های", "ها", "ان", "گان", "ین")


def stem(folded: str) -> str:
    """A folded noun without the ending of its plural."""
    for ending in ("هایی", "های", "ها"):
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            return folded[: -len(ending)]
    return folded


@cache
def _person_forms() -> frozenset[str]:
    forms = set(_people())
    for person in _people():
        # «مدرسه‌ای» is no plural of «مدرس»: folded, a noun that ends in «ه» looks like one.
        is_other = word(person + "ه").seen > word(person).seen
        forms.update(person + ending for ending in _PLURALS if not (is_other and ending[0] == "ه"))
        if person.endswith("ه"):
            forms.add(person[:-1] + "گان")
    return frozenset(forms)


def is_person(folded: str) -> bool:
    """Whether a folded noun, in any number, is a word for people."""
    return folded in _person_forms()


def _is_ordinal(folded: str) -> bool:
    """«سومین», «پنجاهمین»; not «زمین», whose ending says nothing without a number before it."""
    return folded in _ordinals() or folded.removesuffix("ین") in _ordinals() or folded in _ordinal_adjectives()


@cache
def _ordinal_adjectives() -> frozenset[str]:
    return frozenset(fold(row["word"]) + "مین" for row in rows("numerals")) | {"هزارمین", "میلیونمین"}


def counted(tokens: Sequence[Token], quantity: Quantity) -> tuple[str, str] | None:
    """Return the unit of a quantity that is a metric and its kind, or None where its number counts nothing."""
    before = tokens[quantity.start - 1].fold if quantity.start else ""
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    unit = quantity.unit
    if unit is not None and unit.kind == "time":
        return None
    if _is_ordinal_number(tokens, quantity) or _is_score(tokens, quantity) or quantity.value == 0:
        return None
    is_noun = _noun_at(tokens, quantity.end)
    if quantity.is_ratio and unit is None:
        return ("ratio", "ratio") if after == "از" or is_noun else None
    if before in used("vague_number") or (before == "هر" and unit is not None and unit.kind != "person"):
        return None
    if unit is not None and unit.kind in ("money", "household") and quantity.value == 1 and quantity.is_word:
        return None
    if unit is not None and unit.kind == "share" and quantity.value == 100 and quantity.is_word:
        return None  # «صد در صد»: wholly
    if unit is not None and unit.kind in ("share", "money", "measure", "times", "household"):
        if unit.name == "ton" and _counts_people(tokens, quantity):
            return "person", "person"
        if unit.name == "kilometer" and any(
            token.fold == _SPEED for token in tokens[max(0, quantity.start - 6) : quantity.start]
        ):
            return "kilometer_per_hour", "measure"
        return unit.name, unit.kind
    if _is_code(tokens, quantity) or _is_name(tokens, quantity, before) or _is_quoted_title(tokens, quantity):
        return None
    if before in used("anaphor"):
        return None
    if before == "هر" and not (2 < quantity.value <= 20 and is_person(after)):
        return None
    if quantity.value == 1 and quantity.high is None and quantity.is_word:
        if unit is None or (unit.kind == "piece" and (tokens[quantity.after].fold not in used("one") or not is_noun)):
            return None
        if unit.kind == "piece" and not _is_enumerated(tokens, quantity):
            return None
    if unit is not None:
        return ("person", "person") if unit.kind == "person" else ("count", "piece")
    if tokens[quantity.after - 1].fold.endswith("یاردی") or tokens[quantity.after - 1].fold.endswith("یونی"):
        return ("money", "money") if quantity.after - quantity.number > 1 else None
    if is_noun:
        if (quantity.value == 2 and after in used("pair")) or (quantity.value <= 10 and after in used("abstract")):
            return None
        if quantity.magnitude >= 1_000_000 and after in used("money"):
            return "money", "money"
        if tokens[quantity.number].fold == "نه" and quantity.after == quantity.number + 1:
            return None
        if quantity.end + 1 < len(tokens) and tokens[quantity.end + 1].fold in used("rank"):
            return None
        return ("person", "person") if is_person(after) else ("count", "piece")
    is_year = any(low <= quantity.value < high for low, high in (_YEARS, _GREGORIAN)) and not quantity.is_word
    if is_year and len(tokens[quantity.number].text) == 4:
        near = (token.fold for token in tokens[max(0, quantity.start - 2) : quantity.start])
        return ("count", "piece") if any(word_near in used("count") for word_near in near) else None
    if quantity.magnitude >= 1_000_000:
        return "money", "money"
    if quantity.value != int(quantity.value):
        return "measure", "measure"
    near = (token.fold for token in tokens[max(0, quantity.start - 4) : quantity.start])
    if any(word_near in used("count") for word_near in near) or (quantity.high and before == "بین"):
        return "count", "piece"
    return None


def _noun_at(tokens: Sequence[Token], index: int) -> bool:
    """Whether a noun stands at `index` that a number before it counts: no complement of a verb («۳۷۸ اعلام کرد»)."""
    if index >= len(tokens) or not is_nominal(tokens[index]) or tokens[index].fold in used("no_noun"):
        return False
    token = tokens[index]
    if token.text.isascii() and (len(token.text) < 3 or not token.text.isupper()):
        return False
    found = word(token.fold)
    if found.kind != "n" and not (found.seen == 0 and token.fold[-1] not in "یه"):
        return is_person(token.fold)
    if found.seen == 0 and token.fold[-1] == "ه" and word(token.fold[:-1]).seen > 0:
        return False  # «۹ کلاسه» says what something else is like
    if is_name_start(tokens, index) or (
        place_at(tokens, index) is not None and token.fold not in used("countable_place")
    ):
        return False
    following = tokens[index + 1].fold if index + 1 < len(tokens) else ""
    return not (following in _light_verbs() and (word(token.fold).right < -1.5))


@cache
def _light_verbs() -> frozenset[str]:
    light = ("کردن", "شدن", "دادن", "زدن", "گرفتن", "نمودن", "یافتن")
    return frozenset(fold(form) for form, infinitive in infinitives().items() if infinitive in light) | {"و"}


def _is_ordinal_number(tokens: Sequence[Token], quantity: Quantity) -> bool:
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    if quantity.unit is None and (after in words_of_use("not_after") or _is_ordinal(after)):
        return True
    return after == "و" and quantity.end + 1 < len(tokens) and _is_ordinal(tokens[quantity.end + 1].fold)


def _counts_people(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Whether «تن» counts people: «۲۰ تن از مسافران», «۱۵۰ تن کشته شدند», «کشته شدن ۱۵۰ تن»."""
    after = [token.fold for token in tokens[quantity.end : quantity.end + 2]]
    if quantity.is_adjective or quantity.value != int(quantity.value):
        return False
    if after and (is_person(after[0]) or after[0] in ("دیگر", "از")):
        return quantity.value < 100_000
    if _noun_at(tokens, quantity.end):
        return False
    near = tokens[max(0, quantity.start - 4) : quantity.end + 3]
    return quantity.value <= 20 or any(token.fold in used("fate") for token in near)


def _is_score(tokens: Sequence[Token], quantity: Quantity) -> bool:
    if quantity.unit is not None or quantity.end + 1 >= len(tokens):
        return False
    joint, other = tokens[quantity.end], tokens[quantity.end + 1]
    if quantity.start > 1 and tokens[quantity.start - 1].text == "بر" and starts_number(tokens[quantity.start - 2]):
        return True
    return joint.text in ("بر", "-", "–", ":") and other.kind == "number"


def _is_code(tokens: Sequence[Token], quantity: Quantity) -> bool:
    digits = tokens[quantity.number].text
    if len(digits) >= 8 and digits.isdigit():
        return True
    near = tokens[max(0, quantity.start - 3) : quantity.start]
    if quantity.unit is None and len(near) > 1 and near[-1].text in "-–_" and _is_latin(near[-2]):
        return True  # «KOI-456»
    return quantity.unit is None and len(digits) >= 3 and any(token.fold in words_of_use("code") for token in near)


def _is_latin(token: Token) -> bool:
    return token.text.isascii() and token.text.isalpha()


def _is_enumerated(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Whether «یک» stands beside other numbers, so that it is one too: «۲ پراید و یک دستگاه پژو»; else an article."""
    near = (*tokens[max(0, quantity.start - 12) : quantity.start], *tokens[quantity.end : quantity.end + 12])
    return any(starts_number(token) and token.fold != tokens[quantity.number].fold for token in near)


def _is_name(tokens: Sequence[Token], quantity: Quantity, before: str) -> bool:
    """«ماده ۱۶», «منطقه ۲»: one bare number after a word that numbers its things."""
    if quantity.start != quantity.number or quantity.after - quantity.number > 1 or quantity.value >= 10_000:
        return False
    if before not in words_of_use("name"):
        return False
    return (quantity.unit is None and quantity.value < 1000) or before in used("numbered")


def _is_quoted_title(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """A number in a short quotation is part of a title: «دو مرد و یک نیمکت»."""
    opening = next(
        (i for i in range(quantity.start - 1, max(-1, quantity.start - 6), -1) if tokens[i].text in "«»"), None
    )
    if opening is None or tokens[opening].text == "»" or quantity.unit is not None:
        return False
    return any(token.text == "»" for token in tokens[quantity.end : opening + 8])


def size_of_change(tokens: Sequence[Token], quantity: Quantity) -> Change | None:
    """Whether the quantity is itself the size of a change: «رشد ۹ درصدی», «۱.۳ درصد افزایش»; not «به ۹ درصد رسید»."""
    before = tokens[quantity.start - 1].fold if quantity.start else ""
    if before in ("به", "تا") and not quantity.is_adjective:
        return None
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    for use, change in _CHANGES:
        if after in words_of_use(use):
            return change
        if before in words_of_use(use) and quantity.unit is not None:
            return change
    return None


_CHANGES: tuple[tuple[str, Change], ...] = (("increase", "increase"), ("decrease", "decrease"))


def find_metrics(document: Document, officials: Sequence[Official] = ()) -> tuple[Metric, ...]:
    """Return the metrics of an article in the order of the text, each thing once."""
    published = document.article.published
    mentions = list(_mentions(document, published.date() if published else None))
    _settle_units(mentions)
    kept = _once(mentions)
    if kept:
        _add_subjects(document, kept, mentions)
    return tuple(_metric(mention, officials) for mention in kept)


_GROUPS = {"share": "h", "times": "h", "ratio": "h", "money": "m", "measure": "u"}


def _add_subjects(document: Document, kept: Sequence[_Mention], mentions: Sequence[_Mention]) -> None:
    """Say what each mention measures: words chosen from its sentence, and the article's place if it needs one."""
    setting = setting_of(document)
    frames: dict[int, Frame] = {}
    for mention in kept:
        start = mention.sentence.start
        if start not in frames:
            beside = [other.quantity for other in mentions if other.sentence is mention.sentence]
            frames[start] = frame(mention.sentence.tokens, beside, mention.dates)
        group = _GROUPS.get(mention.kind, "c")
        part = mention.sentence.part
        scored = explain(frames[start], mention.quantity, group, mention.change, setting, part)
        phrases, needs_place = choose(scored)
        subject = render(frames[start], mention.quantity, phrases, group)
        mention.subject = f"{subject} {setting.place}".strip() if needs_place else subject


def setting_of(document: Document) -> Setting:
    """What an article says of its words as a whole: its title, how often it has each, the place it names most."""
    times: Counter[str] = Counter()
    for folded, count in Counter([token.fold for sentence in document.sentences for token in sentence.tokens]).items():
        times[stem_of(folded)] += count
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


_PART_WEIGHTS = {"title": 3, "lead": 2, "kicker": 2}


def title_stems(document: Document) -> frozenset[str]:
    """The stems of the words of the title."""
    tokens = (token for sentence in document.sentences if sentence.part == "title" for token in sentence.tokens)
    return frozenset(stem_of(token.fold) for token in tokens if len(token.fold) > 2)


def _mentions(document: Document, day: date | None) -> Iterator[_Mention]:
    place = 0
    for sentence in document.sentences:
        tokens = sentence.tokens
        if not number_starts(tokens):
            continue
        dates = find_dates(tokens, day)
        quantities = find_quantities(tokens, [(dated.start, dated.end) for dated in dates])
        for quantity, measured in zip(quantities, _measured(tokens, quantities), strict=True):
            if measured is None:
                continue
            yield _Mention(
                place=place,
                sentence=sentence,
                quantity=_whole(quantity, tokens, measured[1]),
                dates=dates,
                unit=measured[0],
                kind=measured[1],
                change=size_of_change(tokens, quantity),
                noun=_noun(tokens, quantity),
            )
            place += 1


def _measured(tokens: Sequence[Token], quantities: Sequence[Quantity]) -> list[tuple[str, str] | None]:
    """Unit and kind of each quantity of a sentence, those included whose unit or noun is said once for several."""
    found = [counted(tokens, quantity) for quantity in quantities]
    for index, quantity in enumerate(quantities):
        if found[index] is None and quantity.unit is None and index + 1 < len(quantities):
            found[index] = _elided(tokens, quantity, quantities[index + 1], found[max(0, index - 1) : index + 2])
    return found


def _elided(
    tokens: Sequence[Token], quantity: Quantity, following: Quantity, around: Sequence[tuple[str, str] | None]
) -> tuple[str, str] | None:
    """What a bare number shares with its neighbours in a list.

    «از ۳۰ به ۵۰ درصد» is twice percent; «به ترتیب ۱۰ و هفت آزادراه» counts the noun of the next number; in «بوشهر ۲۰
    هکتار، فارس ۷۴۳۲ و یزد ۲۹۰ هکتار» the middle number has the unit of both its neighbours. A number that belongs to
    the noun before it («مناطق ۲ و ۵ شهرداری») shares nothing.
    """
    if quantity.end >= len(tokens):
        return None
    last = around[-1]
    if tokens[quantity.end].fold == "به" and following.start == quantity.end + 1 and quantity.start:
        is_level = last is not None and last[1] in ("share", "measure", "money", "person")
        return last if is_level and tokens[quantity.start - 1].fold == "از" else None
    if quantity.is_word or tokens[quantity.end].text not in "و،":
        return None
    if len(around) == 3 and around[0] is not None and around[0] == around[2]:
        return around[0] if around[0][1] in ("measure", "money", "person") else None
    before = tokens[quantity.start - 1] if quantity.start else None
    is_free = before is None or not is_nominal(before) or before.fold in used("free")
    return last if is_free and following.start == quantity.end + 1 and following.value >= 2 else None


_COUNTABLE = ("person", "piece", "household")


def _whole(quantity: Quantity, tokens: Sequence[Token], kind: str) -> Quantity:
    """What is counted is whole: «۳۱.۸۹۶ نفر» are 31,896 people, printed with a point between thousands."""
    digits = tokens[quantity.number].text
    if kind not in _COUNTABLE or quantity.high is not None or quantity.after != quantity.number + 1:
        return quantity
    if len(digits) < 5 or digits[-4] not in "./٫" or quantity.value == int(quantity.value):
        return quantity
    return quantity._replace(value=quantity.value * 1000)


def _noun(tokens: Sequence[Token], quantity: Quantity) -> str:
    """The counted noun phrase after a quantity, '' where none follows."""
    start = quantity.end
    if start + 1 < len(tokens) and tokens[start].fold == "از":
        start += 1
    if not _noun_at(tokens, start):
        return ""
    return " ".join(token.text for token in tokens[start : phrase_end(tokens, start, nests=True)])


def _settle_units(mentions: list[_Mention]) -> None:
    """Give amounts without a unit the one that the article uses beside them: «۷۱ میلیارد و … ۱۶۲ میلیارد تومان»."""
    for mention in mentions:
        if mention.unit not in ("money", "measure"):
            continue
        same = [
            (abs(other.place - mention.place), other.place < mention.place, other.unit)
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
    for mention in mentions:
        if mention.sentence.part != "body" and any(_is_exact(other, mention) for other in mentions):
            continue
        if not any(_is_same(other, mention) for other in kept):
            kept.append(mention)
    return kept


def _is_exact(exact: _Mention, rounded: _Mention) -> bool:
    a, b = exact.quantity.value, rounded.quantity.value
    if a == b or exact.unit != rounded.unit or exact.change != rounded.change or b == 0:
        return False
    return abs(a - b) <= abs(a) * Decimal("0.05") and _significant(a) > _significant(b)


def _is_same(first: _Mention, second: _Mention) -> bool:
    a, b = first.quantity, second.quantity
    if first.unit != second.unit or a.value != b.value or a.high != b.high:
        return False
    heads = stem(fold(first.noun.split(" ")[0])), stem(fold(second.noun.split(" ")[0]))
    if first.sentence is second.sentence:
        return not all(heads) or fold(first.noun) == fold(second.noun)
    if first.kind in ("piece", "ratio"):
        is_rare = abs(a.value) >= 20 and _significant(a.value) > 1
        return is_rare or not all(heads) or heads[0] == heads[1] or _dice(fold(first.noun), fold(second.noun)) >= 0.4
    return True


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
        speaker=_speaker(sentence, officials),
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
