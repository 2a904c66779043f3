"""Draws a comparison as SVG: lag and SNR over the time of B."""

from __future__ import annotations

import math

from moof.capture.comparison import Comparison

WIDTH, HEIGHT, LEFT, GAP = 720, 120, 70, 40
_BEST_DB = 100.0


def plot(comparison: Comparison, title: str) -> str:
    """Return an SVG document of two curves: lag in samples, SNR in dB; breaks are red lines."""
    blocks = comparison.blocks
    times = [block.start / comparison.rate for block in blocks]
    first = blocks[0].lag if blocks else 0.0
    lags = [block.lag - first for block in blocks]
    ratios = [min(_BEST_DB, max(0.0, block.snr_db)) for block in blocks]
    end = max(times, default=0.0) or 1.0
    marks = [start / comparison.rate for start in comparison.breaks]
    spread = max(1.0, *(abs(lag) for lag in lags)) if lags else 1.0
    curves = [
        _curve("lag, samples", times, lags, end, (-spread, spread), GAP, marks),
        _curve("SNR, dB", times, ratios, end, (0.0, _BEST_DB), GAP * 2 + HEIGHT, marks),
    ]
    height = 2 * HEIGHT + 3 * GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + LEFT + 20} {height}" '
        'font-family="sans-serif" font-size="12">'
        '<rect width="100%" height="100%" fill="white"/>'
        f'<text x="{LEFT}" y="20" font-weight="bold">{_escaped(title)}</text>{"".join(curves)}'
        f'<text x="{LEFT + WIDTH}" y="{height - 12}" text-anchor="end">{end:.1f} s</text></svg>\n'
    )


def _curve(
    name: str,
    times: list[float],
    values: list[float],
    end: float,
    limits: tuple[float, float],
    top: int,
    marks: list[float],
) -> str:
    low, high = limits
    points = " ".join(
        f"{LEFT + WIDTH * time / end:.1f},{top + HEIGHT * (high - value) / (high - low):.1f}"
        for time, value in zip(times, values, strict=True)
        if math.isfinite(value)
    )
    lines = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + HEIGHT}" stroke="#d33"/>'
        for x in (LEFT + WIDTH * mark / end for mark in marks)
    )
    return (
        f'<rect x="{LEFT}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="#f6f6f8" stroke="#bbb"/>{lines}'
        f'<polyline points="{points}" fill="none" stroke="#36c" stroke-width="1.5"/>'
        f'<text x="{LEFT - 8}" y="{top + 10}" text-anchor="end">{high:g}</text>'
        f'<text x="{LEFT - 8}" y="{top + HEIGHT}" text-anchor="end">{low:g}</text>'
        f'<text x="{LEFT}" y="{top - 6}" fill="#555">{name}</text>'
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
