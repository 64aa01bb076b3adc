"""Volume: any number of articles for any outlet and day, made from the sentence templates of templates.toml.

Article `serial` of an outlet and day is always the same article, and its news code says which it is, so a site with
years of days keeps none of them in memory.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from samples.jalali import TEHRAN, day_of, long_day, parts, persian, weekday
from samples.outlets import CITIES, SampleOutlet
from samples.published import Published

FIRST_DAY = date(2014, 3, 21)
FRIDAY = 4
SERIAL_EPOCH = date(2013, 12, 31)
PER_DAY = 100_000
"""Serials of generated articles in one day; a plain news code is days since the epoch times this plus the serial."""

OFFSET = {"day5": 50_000, "day6": 500_000}
"""Where generated serials begin in codes that are made of the Jalali day; authored ones lie below."""

# A slot without a slot inside: those within a pick are filled first.
SLOT = re.compile(r"\{([a-z]+)([0-9]?)(?::([^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A report with slots. `optional` paragraphs are left out of some articles; `slots` says what each slot holds."""

    topic: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    optional: tuple[str, ...]
    kicker: str | None
    tags: tuple[str, ...]
    slots: dict[str, str]


def day(outlet: SampleOutlet, day: date, count: int) -> tuple[Published, ...]:
    """Return the `count` generated articles of the outlet and day."""
    return _day(outlet.name, day, count, outlet)


def rhythm(count: int) -> Callable[[str, date], int]:
    """Return an `extra` with the week of a newsroom: about `count` on a working day, half on Fridays and in Nowruz.

    A day's number is off by up to a tenth, always by the same.
    """

    def of_day(outlet: str, day: date) -> int:
        _, month, day_of_month = parts(day)
        is_nowruz = month == 1 and day_of_month <= 13
        share = 0.5 if day.weekday() == FRIDAY or is_nowruz else 0.8 if day.weekday() == FRIDAY - 1 else 1.0
        noise = random.Random(f"{outlet}/{day.isoformat()}/rhythm").uniform(0.9, 1.1)
        return max(1, round(count * share * noise))

    return of_day


@lru_cache(maxsize=512)
def _day(_name: str, day: date, count: int, outlet: SampleOutlet) -> tuple[Published, ...]:
    return tuple(article(outlet, day, serial) for serial in range(count))


@lru_cache(maxsize=4096)
def article(outlet: SampleOutlet, day: date, serial: int) -> Published:
    """Return generated article number `serial` (from 0) of the outlet and day."""
    choose = random.Random(f"{outlet.name}/{day.isoformat()}/{serial}")
    template = templates()[choose.randrange(len(templates()))]
    province = choose.choice(outlet.provinces)
    fill = _Filling(choose, template, outlet, day, province)
    minute = choose.randrange(7 * 60, 23 * 60)
    published = datetime.combine(day, time(minute // 60, minute % 60), TEHRAN)
    title, lead = fill(template.title), fill(template.lead)
    optional = [text for text in template.optional if choose.random() < 0.6]
    return Published(
        outlet=outlet.name,
        code=code(outlet, day, serial),
        kicker=fill(template.kicker) if template.kicker and choose.random() < 0.5 else None,
        title=title,
        lead=lead,
        paragraphs=tuple(map(fill, (*template.paragraphs, *optional))),
        footer=outlet.footer,
        published=published,
        seen_from=published,
        province=province,
        tags=(province, *template.tags),
    )


def code(outlet: SampleOutlet, day: date, serial: int) -> str:
    """Return the news code of a generated article."""
    if outlet.code == "serial":
        return str((day - SERIAL_EPOCH).days * PER_DAY + serial)
    year, month, day_of_month = parts(day)
    return f"{year}{month:02}{day_of_month:02}{OFFSET[outlet.code] + serial}"


def find(outlet: SampleOutlet, code_text: str) -> Published | None:
    """Return the generated article of this news code, or None where no generated article has it."""
    if not (code_text.isascii() and code_text.isdigit()):
        return None
    if outlet.code == "serial":
        days, serial = divmod(int(code_text), PER_DAY)
        wanted: date | None = SERIAL_EPOCH + timedelta(days=days) if 0 < days < 30_000 else None
    else:
        wanted = day_of(int(code_text[:4]), int(code_text[4:6]), int(code_text[6:8])) if len(code_text) > 8 else None
        serial = int(code_text[8:] or 0) - OFFSET[outlet.code]
    if wanted is None or wanted < FIRST_DAY or not 0 <= serial < PER_DAY:
        return None
    found = article(outlet, wanted, serial)
    return found if found.code == code_text else None


@cache
def templates() -> tuple[Template, ...]:
    """Return the templates of templates.toml."""
    table = tomllib.loads(_file("templates.toml"))
    return tuple(
        Template(
            topic=entry["topic"],
            title=entry["title"],
            lead=entry["lead"],
            paragraphs=tuple(line for line in entry["body"].splitlines() if line),
            optional=tuple(line for line in entry.get("optional", "").splitlines() if line),
            kicker=entry.get("kicker"),
            tags=tuple(entry.get("tags", ())),
            slots={
                kind + number: arguments
                for text in entry.values()
                if isinstance(text, str)
                for kind, number, arguments in SLOT.findall(text)
                if arguments
            },
        )
        for entry in table["template"]
    )


@cache
def _words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = tomllib.loads(_file("templates.toml"))["words"]
    return words


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


class _Filling:
    """Fills the slots of one article. A slot named twice holds the same words twice."""

    def __init__(
        self, choose: random.Random, template: Template, outlet: SampleOutlet, day: date, province: str
    ) -> None:
        self.choose = choose
        self.slots = template.slots
        towns = "towns_" + {"لرستان": "lorestan", "اصفهان": "isfahan", "گیلان": "gilan"}.get(province, "kerman")
        self.words = {
            "agency": outlet.agency,
            "province": province,
            "city": CITIES[province],
            "town": choose.choice(_words()[towns]),
            "weekday": weekday(day),
            "date": " ".join(long_day(day).split()[:2]),
        }

    def __call__(self, text: str) -> str:
        chosen = self.choose.choice(text.split(" || "))
        while SLOT.search(chosen):  # a word of a pick may hold a slot itself
            chosen = SLOT.sub(self._fill, chosen)
        return chosen

    def _fill(self, slot: re.Match[str]) -> str:
        kind, number, arguments = slot.groups()
        name = kind + number
        if kind in ("said", "added"):
            return self.choose.choice(_words()[kind])
        if kind == "surname":
            return self._name("person" + number).split(" ", 1)[1]
        if kind == "person":
            return self._name(name)
        if name not in self.words:
            self.words[name] = self._draw(kind, arguments or self.slots[name])
        return self.words[name]

    def _name(self, name: str) -> str:
        if name not in self.words:
            self.words[name] = (
                f"{self.choose.choice(_words()['first_names'])} {self.choose.choice(_words()['surnames'])}"
            )
        return self.words[name]

    def _draw(self, kind: str, arguments: str) -> str:
        if kind == "pick":
            return self.choose.choice(arguments.split("|"))
        low, high = (int(bound) for bound in arguments.split(".."))
        value = self.choose.randint(low, high)
        match kind:
            case "count":
                return self._count(value)
            case "percent":
                tenth = self.choose.choice(
                    ("", "", *(f"{mark}{self.choose.randint(1, 9)}" for mark in (".", "٫", "/")))
                )
                return persian(f"{value}{tenth}") + self.choose.choice((" درصد", " درصد", " درصد", "درصد"))
            case "money":
                return self._count(value) + " میلیارد تومان"
            case "range":
                return f"{persian(value)} تا {persian(value + self.choose.randint(2, 10))}"
            case "number":
                return persian(value)
        raise ValueError(f"no slot {kind!r}")

    def _count(self, value: int) -> str:
        thousands, rest = divmod(value, 1000)
        if not thousands:
            return self.choose.choice((persian(value), persian(value), persian(value), str(value)))
        spoken = _words()["ones"][thousands - 1] if thousands < 10 else persian(thousands)
        forms = [
            f"{persian(thousands)} هزار" + (f" و {persian(rest)}" if rest else ""),
            f"{spoken} هزار" + (f" و {persian(rest)}" if rest else ""),
            persian(f"{value:,}"),
            persian(f"{value:,}".replace(",", "٬")),
            persian(value),
        ]
        if thousands == 1 and rest:
            forms.append(f"هزار و {persian(rest)}")
        return self.choose.choice(forms)
