"""Volume: any number of articles for any outlet and day, made from the sentence templates of templates.toml.

Article `serial` of an outlet and day is always the same article, and its news code says which it is, so a site with
years of days keeps none of them in memory.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from samples.jalali import TEHRAN, day_of, long_day, parts, persian, weekday
from samples.outlets import CITIES, SampleOutlet
from samples.published import Published

FIRST_DAY = date(2014, 3, 21)
SERIAL_EPOCH = date(2013, 12, 31)
PER_DAY = 100_000
"""Serials of generated articles in one day; a plain news code is days since the epoch times this plus the serial."""

OFFSET = {"day5": 50_000, "day6": 500_000}
"""Where generated serials begin in codes that are made of the Jalali day; authored ones lie below."""

SLOT = re.compile(r"\{([a-z]+)([0-9]?)(?::([^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A report with slots. `optional` paragraphs are left out of some of its articles."""

    topic: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    optional: tuple[str, ...]
    kicker: str | None
    tags: tuple[str, ...]


def day(outlet: SampleOutlet, day: date, count: int) -> tuple[Published, ...]:
    """Return the `count` generated articles of the outlet and day."""
    return _day(outlet.name, day, count, outlet)


@lru_cache(maxsize=512)
def _day(_name: str, day: date, count: int, outlet: SampleOutlet) -> tuple[Published, ...]:
    return tuple(article(outlet, day, serial) for serial in range(count))


@lru_cache(maxsize=4096)
def article(outlet: SampleOutlet, day: date, serial: int) -> Published:
    """Return generated article number `serial` (from 0) of the outlet and day."""
    choose = random.Random(f"{outlet.name}/{day.isoformat()}/{serial}")
    template = templates()[choose.randrange(len(templates()))]
    province = choose.choice(outlet.provinces)
    fill = _Filling(choose, day, province)
    minute = choose.randrange(7 * 60, 23 * 60)
    published = datetime.combine(day, time(minute // 60, minute % 60), TEHRAN)
    extras = [text for text in template.optional if choose.random() < 0.6]
    return Published(
        outlet=outlet.name,
        code=code(outlet, day, serial),
        kicker=fill(template.kicker) if template.kicker and choose.random() < 0.5 else None,
        title=fill(template.title),
        lead=fill(template.lead),
        paragraphs=tuple(map(fill, (*template.paragraphs, *extras))),
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
            paragraphs=tuple(entry["body"].split("\n")[:-1] if entry["body"].endswith("\n") else [entry["body"]]),
            optional=tuple(line for line in entry.get("optional", "").splitlines() if line),
            kicker=entry.get("kicker"),
            tags=tuple(entry.get("tags", ())),
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
    """Fills the slots of one article. A slot named twice holds the same words twice: `{count1:200..900}`, `{count1}`."""

    def __init__(self, choose: random.Random, day: date, province: str) -> None:
        self.choose = choose
        towns = _words()[
            "towns_" + {"لرستان": "lorestan", "اصفهان": "isfahan", "گیلان": "gilan"}.get(province, "kerman")
        ]
        self.words = {
            "province": province,
            "city": CITIES[province],
            "town": choose.choice(towns),
            "weekday": weekday(day),
            "date": " ".join(long_day(day).split()[:2]),
        }

    def __call__(self, text: str) -> str:
        return SLOT.sub(self._fill, text)

    def _fill(self, slot: re.Match[str]) -> str:
        kind, number, arguments = slot.groups()
        name = kind + number
        if name not in self.words:
            self.words[name] = self._draw(kind, arguments or "")
            if kind == "person":
                first, _, last = self.words[name].partition(" ")
                self.words["surname" + number] = last or first
        return self.words[name]

    def _draw(self, kind: str, arguments: str) -> str:
        if kind == "person":
            return f"{self.choose.choice(_words()['first_names'])} {self.choose.choice(_words()['surnames'])}"
        if kind == "pick":
            return self.choose.choice(arguments.split("|"))
        low, high = (int(bound) for bound in arguments.split(".."))
        value = self.choose.randint(low, high)
        match kind:
            case "count":
                return self._count(value)
            case "percent":
                tenth = self.choose.choice(("", *(f"{mark}{self.choose.randint(1, 9)}" for mark in (".", "٫", "/"))))
                return persian(f"{value}{tenth}") + self.choose.choice((" درصد", " درصد", "درصد"))
            case "money":
                return self._count(value) + " میلیارد تومان"
            case "range":
                return f"{persian(value)} تا {persian(value + self.choose.randint(2, 10))}"
            case _:
                return persian(value)

    def _count(self, value: int) -> str:
        thousands, rest = divmod(value, 1000)
        if not thousands:
            return self.choose.choice((persian(value), persian(value), str(value)))
        spoken = _words()["ones"][thousands - 1] if thousands < 10 else persian(thousands)
        forms = [
            f"{persian(thousands)} هزار" + (f" و {persian(rest)}" if rest else ""),
            f"{spoken} هزار" + (f" و {persian(rest)}" if rest else ""),
            persian(f"{value:,}"),
            persian(f"{value:,}".replace(",", "٬")),
            persian(value),
        ]
        return self.choose.choice(forms)
