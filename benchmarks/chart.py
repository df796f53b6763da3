"""A plot with logarithmic axes as SVG text: lines with marks, and scattered marks. Needs nothing, so that it works everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 76, 176, 36, 48
COLOURS = ("#1f6feb", "#d1495b", "#2a9d8f", "#e9a23b", "#7b5ea7", "#6c757d", "#0b3954")


@dataclass(frozen=True)
class Series:
    """Positive points of one peer.

    Attributes:
        name: for the legend.
        points: (x, y).
        line: joined by a line, or marks alone.
        dashed: a reference rather than a measurement.
    """

    name: str
    points: Sequence[tuple[float, float]]
    line: bool = True
    dashed: bool = False


@dataclass(frozen=True)
class Axis:
    """Logarithmic axis from `low` to `high` (exponents of ten) over `start` … `end` in pixels."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Pixel of a value."""
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Powers of ten inside, or with few of them also their double and fivefold."""
        powers = [10.0**power for power in range(math.floor(self.low), math.ceil(self.high) + 1)]
        values = powers if self.high - self.low > 2 else [factor * power for power in powers for factor in (1, 2, 5)]
        inside = [value for value in values if self.low - 1e-9 <= math.log10(value) <= self.high + 1e-9]
        return inside[:: max(1, len(inside) // 9)]


def chart(title: str, x_title: str, y_title: str, series: Sequence[Series]) -> str:
    """The SVG of a plot; series without points are left out."""
    shown = [each for each in series if each.points]
    x = _axis([point[0] for each in shown for point in each.points], LEFT, WIDTH - RIGHT)
    y = _axis([point[1] for each in shown for point in each.points], HEIGHT - BOTTOM, TOP)
    body = [*_frame(title, x_title, y_title, x, y)]
    for index, each in enumerate(shown):
        body += _drawn(each, COLOURS[index % len(COLOURS)], x, y, index)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            *body,
            "</svg>\n",
        ]
    )


def _axis(values: Sequence[float], start: float, end: float) -> Axis:
    exponents = [math.log10(value) for value in values] or [0.0, 1.0]
    margin = 0.05 * (max(exponents) - min(exponents)) + 0.05
    return Axis(min(exponents) - margin, max(exponents) + margin, start, end)


def _frame(title: str, x_title: str, y_title: str, x: Axis, y: Axis) -> list[str]:
    parts = [f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>']
    for value in x.ticks():
        place = f"{x.place(value):.1f}"
        parts.append(f'<line x1="{place}" y1="{TOP}" x2="{place}" y2="{HEIGHT - BOTTOM}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{place}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{_number(value)}</text>')
    for value in y.ticks():
        place = f"{y.place(value):.1f}"
        parts.append(f'<line x1="{LEFT}" y1="{place}" x2="{WIDTH - RIGHT}" y2="{place}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{place}" text-anchor="end" dominant-baseline="middle">{_number(value)}</text>')
    centre = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{centre}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x_title)}</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(y_title)}</text>')
    return parts


def _drawn(series: Series, colour: str, x: Axis, y: Axis, index: int) -> list[str]:
    places = [(x.place(a), y.place(b)) for a, b in series.points]
    parts: list[str] = []
    if series.line and len(places) > 1:
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        dash = ' stroke-dasharray="5 4"' if series.dashed else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
    if not series.dashed:
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>' for a, b in places]
    height = TOP + 8 + 18 * index
    parts.append(f'<rect x="{WIDTH - RIGHT + 14}" y="{height - 5}" width="12" height="4" fill="{colour}"/>')
    parts.append(f'<text x="{WIDTH - RIGHT + 32}" y="{height}" dominant-baseline="middle">{escape(series.name)}</text>')
    return parts


def _number(value: float) -> str:
    exponent = round(math.log10(value))
    if abs(value / 10.0**exponent - 1) < 1e-9 and not -2 <= exponent <= 4:
        return f'10<tspan dy="-5" font-size="9">{exponent}</tspan>'
    return f"{value:g}"
