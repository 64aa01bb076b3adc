"""What a run is about: which outlets, on which days, for which provinces. Nothing here touches network or database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from dabir.days import jalali_day, read_day
from dabir.settings import Settings, SettingsError
from scrapers.outlet import Outlet, replica
from scrapers.outlets import OUTLETS
from scrapers.places import PROVINCES

TEHRAN = ZoneInfo("Asia/Tehran")
FIRST_DAY = datetime(2014, 3, 20, 20, 30, tzinfo=UTC)  # 1393-01-01 in Tehran: ten years of archives and some


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One outlet's day to crawl, ingest and check, in one province alone where that is asked for."""

    outlet: str
    day: date
    province: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """What Airflow passes between tasks; `from_json` reads it."""
        return {**asdict(self), "day": self.day.isoformat()}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """The work that `to_json` wrote. Raises KeyError or ValueError for anything else."""
        return cls(outlet=fields["outlet"], day=date.fromisoformat(fields["day"]), province=fields.get("province"))

    def label(self, outlets: Mapping[str, Outlet]) -> str:
        """How the grid names it: the outlet's title, the Jalali day and the province.

        The day has slashes, which keep the order of its parts among Persian words; hyphens turn it round.
        """
        province = f" {PROVINCES[self.province]}" if self.province else ""
        return f"{outlets[self.outlet].title} {jalali_day(self.day).replace('-', '/')}{province}"


def outlets_of(settings: Settings) -> dict[str, Outlet]:
    """The outlets that are crawled, by name: the replicas where there are any, those of `settings.outlets` if set.

    An outlet and its replica answer to the same name in the settings. Raises SettingsError for names of no outlet.
    """
    unknown = sorted({*settings.outlets, *settings.replicas} - {*OUTLETS, *_replica_names(settings)})
    if unknown:
        raise SettingsError(
            [f"DABIR_OUTLETS: {name} is no outlet; `dabir outlets` lists the {len(OUTLETS)}" for name in unknown]
        )
    if settings.replicas:
        by_original = {name: replica(OUTLETS[name], url) for name, url in sorted(settings.replicas.items())}
    else:
        by_original = OUTLETS
    return {
        outlet.name: outlet
        for name, outlet in by_original.items()
        if not settings.outlets or name in settings.outlets or outlet.name in settings.outlets
    }


def _replica_names(settings: Settings) -> list[str]:
    return [replica(OUTLETS[name], url).name for name, url in settings.replicas.items() if name in OUTLETS]


def provinces_of(outlets: Collection[Outlet]) -> dict[str, str]:
    """The provinces that at least one of `outlets` can be asked for, with their Persian names."""
    return {slug: name for slug, name in PROVINCES.items() if any(_covers(outlet, slug) for outlet in outlets)}


def _covers(outlet: Outlet, province: str) -> bool:
    return outlet.province == province or province in outlet.provinces


def day_of_run(interval_start: datetime | None, run_after: datetime) -> date:
    """The Tehran day of a run: that of its data interval, else, where it was started without one, the day before."""
    if interval_start is not None:
        return interval_start.astimezone(TEHRAN).date()
    return run_after.astimezone(TEHRAN).date() - timedelta(days=1)


def plan(
    settings: Settings,
    *,
    day: date,
    look_back: bool = False,
    outlets: Collection[str] = (),
    provinces: Collection[str] = (),
    days: Collection[str] = (),
) -> list[Work]:
    """The outlets and days of one run, `day` with its look-back unless Jalali `days` are given.

    With `provinces` only those outlets that can be asked for them; no day before an outlet's archive begins. Raises
    ValueError for a name or day that is none.
    """
    known = outlets_of(settings)
    if unknown := sorted({*outlets} - {*known}):
        raise ValueError(f"no such outlet: {', '.join(unknown)}; there are {', '.join(known)}")
    if unknown := sorted({*provinces} - {*PROVINCES}):
        raise ValueError(f"no such province: {', '.join(unknown)}; there are {', '.join(PROVINCES)}")
    back = settings.look_back_days if look_back else 0
    wanted = [read_day(text) for text in days] or [day - timedelta(days=number) for number in range(back + 1)]
    return [
        Work(outlet=name, day=wanted_day, province=province)
        for wanted_day in wanted
        for name, outlet in known.items()
        if not outlets or name in outlets
        if outlet.archive_from is None or wanted_day >= outlet.archive_from
        for province in (provinces or (None,))
        if province is None or _covers(outlet, province)
    ]
