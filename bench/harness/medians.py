"""Figures by name, and their medians over the rounds of bench/performance.py."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable

Figures = dict[str, float]


class Medians:
    """The medians over all rounds; nan for what was not measured."""

    def __init__(self, rounds: Iterable[Figures]) -> None:
        self._values: dict[str, list[float]] = {}
        for figures in rounds:
            for name, value in figures.items():
                if not math.isnan(value):
                    self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> float:
        values = self._values.get(name)
        return statistics.median(values) if values else math.nan

    def having(self, prefix: str, suffix: str) -> list[str]:
        """Return what stands between both in the names, in the order of measurement."""
        return [
            name[len(prefix) : -len(suffix)]
            for name in self._values
            if name.startswith(prefix) and name.endswith(suffix)
        ]


def number(value: float) -> str:
    """Return a figure with the digits that count; "exact" for the PSNR of an exact picture."""
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return "exact"
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or not size else 3
    return f"{value:.{digits}f}"


def pair(first: float, second: float) -> str:
    """Return two figures as p50/p95."""
    return f"{number(first)}/{number(second)}"
