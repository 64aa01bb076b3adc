"""The gazetteer in the warehouse: provinces, counties, cities and districts of Iran, and countries."""

from __future__ import annotations

from functools import cache
from typing import Any

from psycopg import Cursor

from db.identity import hash64
from db.writing import copy_rows
from parsing.letters import fold
from parsing.offices import IRAN, lands, where
from parsing.places import Place, gazetteer


def place_id(place: Place | None, province: str | None = None, land: str | None = None) -> int | None:
    """The id of a country, else of a place, else of a province; None where a place is not listed, or one of several."""
    if land is not None:
        return hash64("place", "country", fold(land)) if land in lands() else None
    if place is not None:
        of = None if place.province is None else fold(place.province)
        return None if of is None else hash64("place", place.kind, fold(place.name), of)
    return None if province is None else hash64("place", "province", fold(province), fold(province))


@cache
def places_by_words() -> dict[str, int]:
    """The ids of all listed places and countries by their folded words, as parsing.offices.where writes them."""
    found = {where(place, place.province, None): place_id(place) for place in gazetteer()}
    found |= {where(None, None, land): place_id(None, land=land) for land in lands()}
    return {words: known for words, known in found.items() if known is not None}


def load(cursor: Cursor[Any]) -> None:
    """Put the places of the word lists that the warehouse does not hold into it; a place is never taken away."""
    rows: list[tuple[Any, ...]] = [(place_id(None, land=land), land, fold(land), "country", None) for land in lands()]
    for place in gazetteer():
        above = place_id(None, land=IRAN) if place.kind == "province" else place_id(None, place.province)
        rows.append((place_id(place), place.name, fold(place.name), place.kind, above))
    cursor.execute("create temporary table listed (like places) on commit drop")
    copy_rows(cursor, "listed", ("place_id", "name", "name_fold", "kind", "parent_id"), rows)
    # Countries and provinces first, for those that lie in them.
    for kinds in (["country"], ["province"], ["county", "city", "district"]):
        cursor.execute(
            "insert into places select * from listed where kind = any(%s) order by place_id on conflict do nothing",
            (kinds,),
        )
