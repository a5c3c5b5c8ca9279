"""Plots as SVG, legible by day and by night: lines over logarithmic axes, and bars."""

from __future__ import annotations

import math
from html import escape

# Colour by day, colour by night. Four that differ in lightness as well as in hue; grey for what stands by.
COLOURS = {
    "a": ("#0b63ce", "#6cb0ff"),
    "b": ("#c2570c", "#ffa657"),
    "c": ("#1a7f5a", "#56d3a0"),
    "d": ("#8250df", "#d2a8ff"),
    "rest": ("#a3aab3", "#626b76"),
}
# A ground of its own: where an SVG lands, the page need not be as dark as the reader's system is.
_GROUND, _INK, _FAINT, _GRID = (
    ("#ffffff", "#0d1117"),
    ("#1f2328", "#e6edf3"),
    ("#59636e", "#9198a1"),
    ("#e4e8ec", "#262c36"),
)


def _style(night: int) -> str:
    colours = "".join(
        f".s-{name}{{stroke:{pair[night]}}}.f-{name}{{fill:{pair[night]}}}" for name, pair in COLOURS.items()
    )
    return (
        f".ground{{fill:{_GROUND[night]}}}text{{fill:{_INK[night]}}}.faint{{fill:{_FAINT[night]}}}"
        f".grid{{stroke:{_GRID[night]}}}.halo{{stroke:{_GROUND[night]}}}{colours}"
    )


def page(width: int, height: int, title: str, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f"<title>{escape(title)}</title><style>text{{font:13px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}}"
        f".head{{font-size:17px;font-weight:600}}.sub{{font-size:14px;font-weight:600}}.faint{{font-size:12px}}"
        f".halo{{paint-order:stroke;stroke-width:5px;stroke-linejoin:round}}{_style(0)}"
        f"@media (prefers-color-scheme:dark){{{_style(1)}}}</style>"
        f'<rect class="ground" width="{width}" height="{height}" rx="8"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def seconds(value: float) -> str:
    if value < 1:
        return f"{1000 * value:.3g} ms"
    return f"{value:.3g} s" if value < 600 else f"{value / 60:.3g} min"


def lines(
    x: float, y: float, width: float, height: float, title: str, series: list, ticks: tuple, floor: float, top: float
) -> list[str]:
    """Draw one panel: series of (name, colour, [(posts, seconds)…]), named at their ends; both axes logarithmic."""
    low, high = math.log10(floor), math.log10(top)
    first, last = math.log10(ticks[0]), math.log10(ticks[-1])

    def across(posts: float) -> float:
        return x + width * (math.log10(posts) - first) / ((last - first) or 1)

    def up(taken: float) -> float:
        return y + height * (high - math.log10(taken)) / (high - low)

    parts = [text(x, y - 14, title, "sub")]
    for power in range(math.ceil(low), math.floor(high) + 1):
        at = up(10**power)
        parts.append(f'<line class="grid" x1="{x}" x2="{x + width}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(text(x - 8, at + 4, f"{10**power:,} s" if power >= 0 else f"{10**power:g} s", "faint", "end"))
    parts += [text(across(tick), y + height + 20, f"{tick:,}", "faint", "middle") for tick in ticks]
    parts.append(text(x + width + 34, y + height + 20, "posts", "faint"))
    ends = []
    for name, colour, points in series:
        way = " ".join(f"{across(posts):.1f},{up(taken):.1f}" for posts, taken in points)
        parts.append(
            f'<polyline class="s-{colour}" points="{way}" fill="none" stroke-width="2.5" stroke-linejoin="round"/>'
        )
        for posts, taken in points:
            parts.append(f'<circle class="f-{colour}" cx="{across(posts):.1f}" cy="{up(taken):.1f}" r="3.5"/>')
        posts, taken = points[-1]
        ends.append((across(posts) + 9, up(taken) + 4, f"{name} {seconds(taken)}"))
    column, lowest = 0.0, 0.0
    for right, at, words in sorted(ends):  # names keep a line's distance from one another
        lowest = max(at, lowest + 16) if right == column else at
        column = right
        parts.append(text(right, lowest, words, "halo"))
    return parts


def bars(x: float, y: float, width: float, title: str, rows: list, most: float, names: float) -> list[str]:
    """Draw one panel: rows of (name, colour, value), each as long as its value is of `most`."""
    parts = [text(x, y, title, "sub")]
    for row, (name, colour, value) in enumerate(rows):
        at = y + 14 + 24 * row
        long = max(1.0, (width - names - 70) * value / most)
        parts.append(text(x + names - 8, at + 13, name, "", "end"))
        parts.append(f'<rect class="f-{colour}" x="{x + names:.1f}" y="{at}" width="{long:.1f}" height="17" rx="2"/>')
        parts.append(text(x + names + long + 6, at + 13, f"{value:,.0f}", "faint"))
    return parts
