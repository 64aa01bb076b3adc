"""The figures of an article: its quantities that count, each thing once, before it is known what they measure.

The title's rounded figure gives way to the exact one, and repeats of one thing to the first. The thresholds were read
off pairs of equal figures of the corpus, as the constants say.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from parsing.counting import counted
from parsing.dates import find_dates
from parsing.document import Document
from parsing.frames import used
from parsing.jalali import Dated
from parsing.letters import fold
from parsing.nouns import singular
from parsing.numerals import number_starts
from parsing.quantities import Quantity, find_quantities, mirrored
from parsing.records import Change
from parsing.tokens import Sentence, is_nominal


@dataclass(slots=True, init=False)
class Figure:
    """A quantity that counts something, where it stands, and what is known of it so far.

    `unit` is the name in records, `kind` one of `data/units.tsv` or ratio, `noun` the counted noun phrase after it;
    `quoted` are the folded names in quotation marks of its sentence.
    """

    ordinal: int
    sentence: Sentence
    quoted: frozenset[str]
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
        quoted: frozenset[str],
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
        self.quoted = quoted
        self.quantity = quantity
        self.dates = dates
        self.unit = unit
        self.kind = kind
        self.change = change
        self.noun = noun
        self.subject = subject
        self.place = place
        self.whole = whole


def find_figures(document: Document) -> list[Figure]:
    """Return every quantity of an article that counts, in the order of the text, with its unit."""
    article = document.article
    day = article.published.date() if article.published else None
    is_mirrored = day is not None and day < _MIRRORED_UNTIL.get(article.outlet.casefold(), date.min)
    figures = list(_figures(document, day, is_mirrored=is_mirrored))
    _settle_units(figures)
    return figures


# Until when an outlet printed decimals from left to right: «۵/۲۱ تن» is 21.5. Of the 31 of Fars before 1389 in the
# corpus, 28 have one digit before the slash and one or two after it, and where the text says more, they are mirrored
# («از ۵/۱۷ به ۳۴», twice as much). Elsewhere, and in Fars later, every third has two digits before the slash.
_MIRRORED_UNTIL: Final = {"fars": date(2010, 3, 21)}


def _figures(document: Document, day: date | None, *, is_mirrored: bool) -> Iterator[Figure]:
    ordinal = 0
    for sentence in document.sentences:
        tokens = sentence.tokens
        if not number_starts(tokens):
            continue
        dates = find_dates(tokens, day)
        quantities = find_quantities(tokens, [(dated.start, dated.end) for dated in dates])
        if is_mirrored:
            quantities = [mirrored(tokens, quantity) for quantity in quantities]
        quoted = _quoted(sentence)  # once for all its figures: each may be compared with all others
        for one in counted(tokens, quantities):
            yield Figure(
                ordinal=ordinal,
                sentence=sentence,
                quoted=quoted,
                quantity=one.quantity,
                dates=dates,
                unit=one.unit,
                kind=one.kind,
                change=one.change,
                noun=one.noun,
            )
            ordinal += 1


def _settle_units(figures: list[Figure]) -> None:
    """Give amounts without a unit the one that the article uses beside them: «۷۱ میلیارد و … ۱۶۲ میلیارد تومان»."""
    places: dict[str, list[int]] = {kind: [] for kind in _UNSETTLED}
    times: Counter[str] = Counter()
    equal: dict[tuple[str, Decimal], str] = {}
    for place, figure in enumerate(figures):
        if figure.kind in _UNSETTLED and figure.unit != figure.kind:
            places[figure.kind].append(place)
            times[figure.unit] += 1
            equal.setdefault((figure.kind, figure.quantity.value), figure.unit)
    last: dict[str, Figure] = {}
    for place, figure in enumerate(figures):
        if figure.unit in _UNSETTLED:
            at = bisect_left(places[figure.kind], place)
            following = [figures[other] for other in places[figure.kind][at : at + 1]]
            near = [*following, *filter(None, (last.get(figure.kind),))]
            nearest = min(near, key=lambda other: abs(other.ordinal - figure.ordinal), default=None)
            if nearest is not None and figure.kind == "measure" and times[nearest.unit] < 2:
                nearest = None
            figure.unit = equal.get((figure.kind, figure.quantity.value), nearest.unit if nearest else "")
        if figure.kind in _UNSETTLED and figure.unit:
            last[figure.kind] = figure
            equal.setdefault((figure.kind, figure.quantity.value), figure.unit)
    figures[:] = [figure for figure in figures if figure.unit]


_UNSETTLED: Final = ("money", "measure")


def _significant(value: Decimal) -> int:
    return len(str(value.normalize()).replace(".", "").replace("-", "").split("E")[0].strip("0"))


def once(figures: Sequence[Figure]) -> list[Figure]:
    """One figure per thing: the title's rounded figure gives way to the exact one, repeats to the first."""
    kept: list[Figure] = []
    compared = 0
    alike: dict[Key, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.sentence.part != "body" and compared < MOST_COMPARED:
            compared += 1
            if any(_is_exact(other, figure) for other in figures):
                continue
        equals = alike[key_of(figure)]
        if not any(is_same(other, figure) for other in equals[-MOST_COMPARED:]):
            kept.append(figure)
            equals.append(figure)
    return kept


# Things with one figure that a figure is compared with, the last ones; and figures of title and lead that are compared
# with all others. A hostile page has thousands.
MOST_COMPARED: Final = 64

type Key = tuple[str, Decimal, Decimal | None]


def key_of(figure: Figure) -> Key:
    """What two figures of one thing have in common: unit, value and upper end."""
    return figure.unit, figure.quantity.value, figure.quantity.high


def _is_exact(exact: Figure, rounded: Figure) -> bool:
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
    is_of_same = is_over and singular(fold(exact.noun)) == singular(fold(rounded.noun))
    return abs(a - b) <= abs(a) * Decimal("0.03") or is_of_same


def is_same(first: Figure, second: Figure) -> bool:
    """Whether two figures of one `key_of` are of one thing."""
    a = first.quantity
    if _are_of_others(first, second):
        return False
    heads = singular(fold(first.noun.split(" ")[0])), singular(fold(second.noun.split(" ")[0]))
    if first.sentence is second.sentence and second.ordinal - first.ordinal > 1:
        # With other figures between them they are items of a list: of 7 such pairs of the corpus, 5 were two things.
        return first.kind == "measure" and not _things(first).isdisjoint(_things(second))
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
        is_other_part = first.sentence.part != second.sentence.part
        if is_other_part and _shared(first.sentence, second.sentence) >= _TOLD_AGAIN:
            return True
        return is_rare or not all(heads) or heads[0] == heads[1] or _dice(fold(first.noun), fold(second.noun)) >= 0.4
    is_one_named = any(heads) and not all(heads) and in_body
    if is_one_named and _significant(a.value) == 1 and _shared(first.sentence, second.sentence) < _SAME_ROUND:
        return False
    is_other = (all(heads) and heads[0] != heads[1]) or first.change != second.change
    is_other = is_other and in_body
    return not is_other or _significant(a.value) > 2 or _shared(first.sentence, second.sentence) >= _SAME_SENTENCES


def _are_of_others(first: Figure, second: Figure) -> bool:
    """Whether the sentences of two figures name other things in quotation marks, as the lines of a list of winners do.

    Of 18 such pairs of equal figures of the corpus, 16 were of two things.
    """
    if first.sentence is second.sentence:
        return False
    return bool(first.quoted and second.quoted) and first.quoted.isdisjoint(second.quoted)


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
# The same of two counts by two nouns, one in the title or lead: of 18 pairs of the corpus above it, 17 were one thing.
_TOLD_AGAIN: Final = 0.4
# The same of two round figures of which one names no noun: of 12 pairs of the corpus below it, 8 were two things.
_SAME_ROUND: Final = 0.4


def _shared(first: Sentence, second: Sentence) -> float:
    """The share of the words of the shorter of two sentences that the other has too."""
    a, b = ({token.fold for token in sentence.tokens if len(token.fold) > 2} for sentence in (first, second))
    return len(a & b) / max(1, min(len(a), len(b)))


def _things(figure: Figure) -> set[str]:
    """The things right before a measure that it tells the kind of: «فیدر خروجی ۲۰ کیلوولت»; not «ظرفیت ۱۰۰ هزار تن»."""
    start = figure.quantity.start
    before = (singular(token.fold) for token in figure.sentence.tokens[max(0, start - 2) : start] if is_nominal(token))
    return set(before) - used("measured")


def _around(figure: Figure) -> tuple[str, str]:
    """The nouns and adjectives right before and after a quantity, '' where there is none."""
    tokens, quantity = figure.sentence.tokens, figure.quantity
    before, after = tokens[max(0, quantity.start - 1) : quantity.start], tokens[quantity.end : quantity.end + 1]
    first, second = ("".join(token.fold for token in near if is_nominal(token)) for near in (before, after))
    return first, second


def _dice(a: str, b: str) -> float:
    """Dice coefficient over character bigrams: how alike two folded phrases are."""
    x, y = Counter(itertools.pairwise(a)), Counter(itertools.pairwise(b))
    total = x.total() + y.total()
    return 2 * (x & y).total() / total if total else 0.0
