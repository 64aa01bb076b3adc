"""What most families do alike: name the newest articles by feeds and sections, and, some, keep no archive by day."""

from __future__ import annotations

from datetime import date

from scrapers.outlet import Outlet


def recent_urls(outlet: Outlet, province: str | None, place_form: str = "{}") -> tuple[str, ...]:
    """Return the feeds and sections, or the one list of a province; () for a province the outlet does not list.

    A province is known by a path or a host of its own, or by a word that `place_form` makes a path of. An outlet of one
    province lists that one everywhere.
    """
    if province is None or province == outlet.province:
        return tuple(outlet.address(path) for path in outlet.feeds + outlet.sections)
    place = outlet.provinces.get(province)
    if place is None:
        return ()
    return (outlet.address(place if place.startswith(("/", "https://")) else place_form.format(place)),)


def no_archive(outlet: Outlet, day: date, page: int, province: str | None) -> str | None:
    """Return None: no archive by day is evidenced for any outlet of the family."""
    return None
