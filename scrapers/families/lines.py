"""Lines that outlets' sites put among the text of their articles and that are none of it."""

from __future__ import annotations

from scrapers.markup import Line


def without_junk(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines without players' texts and lists of related headlines."""
    return lines
