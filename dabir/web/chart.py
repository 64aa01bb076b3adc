"""A series of figures as the points of a small drawing, for SVG without script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, MARGIN = 720, 220, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A figure and where it stands in the drawing, in its units from the upper left corner."""

    x: float
    y: float
    figure: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Points from the oldest (left) to the latest, of figures in `unit`; all inside WIDTH x HEIGHT."""

    unit: str
    points: tuple[Point, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        """The points as the attribute `points` of an SVG polyline."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def series(figures: Sequence[Any]) -> Series | None:
    """The dated levels among `figures` in their commonest unit; None where fewer than two can be compared.

    A figure that is the size of a change is no level and is left out.
    """
    levels = [figure for figure in figures if figure.published_at is not None and figure.change is None]
    if not levels:
        return None
    unit = Counter(figure.unit for figure in levels).most_common(1)[0][0]
    levels = sorted((figure for figure in levels if figure.unit == unit), key=lambda figure: figure.published_at)
    if len(levels) < 2:
        return None
    first, last = levels[0].published_at.timestamp(), levels[-1].published_at.timestamp()
    low, high = min(float(figure.value) for figure in levels), max(float(figure.value) for figure in levels)
    return Series(
        unit=unit,
        points=tuple(
            Point(
                x=MARGIN + (WIDTH - 2 * MARGIN) * _share(figure.published_at.timestamp(), first, last),
                y=HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * _share(float(figure.value), low, high),
                figure=figure,
            )
            for figure in levels
        ),
    )


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5
