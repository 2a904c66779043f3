"""Many nodes of JupyterHub, simulated: `python bench/hub_simulation.py` prints Markdown tables.

A start takes the Hub's one thread HUB_SECONDS (assumed), and the node's processors START_SECONDS, which the
starts on a node share: chosen so that the first row is what bench/hub.py measured, 50 starts at once on two
cores. Beyond SPAWN_LIMIT starts at once the Hub refuses, and the user asks again after RETRY_SECONDS
(JupyterHub's defaults). MAC_MB and USED_SHARE are bench/mac_cost.py's.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.tables import quantile, table

HUB_SECONDS: Final = 0.1
START_SECONDS: Final = 4.5
MAC_MB: Final = 170.0
USED_SHARE: Final = 0.1
"""Of a core, for a Mac into which somebody types."""
SPAWN_LIMIT: Final = 100
RETRY_SECONDS: Final = (30.0, 60.0)
POLL_SECONDS: Final = 30.0
"""How often the Hub looks whether a Mac still runs."""


@dataclass
class Node:
    """A machine whose processors the starting Macs share, besides those that run.

    Its clock is the work, in CPU seconds, that each of the present starts has got: with k starts on c free
    cores it goes on by min(1, c / k) a second.
    """

    cores: float
    work: float = 0.0
    at: float = 0.0
    ends: list[tuple[float, int]] = field(default_factory=list)
    """When the starts will be done, in `work`, with their numbers: a heap."""

    def advance(self, now: float) -> None:
        """Go on to a moment at which no start is done before it."""
        self.work += (now - self.at) * self._rate
        self.at = now

    @property
    def next_end(self) -> float:
        """When the next start is done, infinity without one."""
        return self.at + (self.ends[0][0] - self.work) / self._rate if self.ends else float("inf")

    @property
    def _rate(self) -> float:
        return min(1.0, self.cores / max(1, len(self.ends)))


@dataclass
class Site:
    """A Hub and its nodes; `seconds` has for each user the time from the wish to the Mac that is ready."""

    nodes: list[Node]
    random: np.random.Generator
    seconds: dict[int, float] = field(default_factory=dict)
    refused: int = 0
    _hub_free: float = 0.0
    _starting: int = 0
    _order: Iterator[int] = field(default_factory=itertools.count)
    _events: list[tuple[float, int, str, int]] = field(default_factory=list)

    def join(self, wishes: Sequence[float]) -> None:
        """Let users wish for a Mac at these moments, and go on until all have one."""
        for user, moment in enumerate(wishes):
            self._plan(moment, "wish", user)
        wished = [*wishes]
        while len(self.seconds) < len(wished):
            node = min(self.nodes, key=lambda each: each.next_end)
            if self._events and self._events[0][0] <= node.next_end:
                self._do(*heapq.heappop(self._events))
            else:
                node.advance(node.next_end)
                _, user = heapq.heappop(node.ends)
                self._starting -= 1
                self.seconds[user] = node.at - wished[user]

    def _do(self, now: float, _order: int, kind: str, user: int) -> None:
        if kind == "start":
            node = min(self.nodes, key=lambda each: len(each.ends) / each.cores)
            node.advance(now)
            heapq.heappush(node.ends, (node.work + START_SECONDS, user))
        elif self._starting >= SPAWN_LIMIT:
            self.refused += 1
            self._plan(now + self.random.uniform(*RETRY_SECONDS), "wish", user)
        else:
            self._starting += 1
            self._hub_free = max(now, self._hub_free) + HUB_SECONDS
            self._plan(self._hub_free, "start", user)

    def _plan(self, moment: float, kind: str, user: int) -> None:
        heapq.heappush(self._events, (moment, next(self._order), kind, user))


def storm(users: int, within: float, nodes: int, cores: float, running: int = 0) -> list[str]:
    """Return a row: users who come within some seconds, while as many as `running` Macs are used already."""
    random = np.random.default_rng(1)
    free = max(0.1, cores - running * USED_SHARE / nodes)
    site = Site([Node(free) for _ in range(nodes)], random)
    site.join(sorted(random.uniform(0, within, users).tolist()))
    seconds = [*site.seconds.values()]
    figures = [quantile(seconds, share) for share in (0.5, 0.95, 1.0)]
    return [
        f"{users:,}",
        f"{within:.0f}",
        f"{nodes} x {cores:g}",
        *(f"{each:.0f}" for each in figures),
        f"{site.refused:,}",
    ]


def lost_node(macs: int, nodes: int, cores: float) -> list[str]:
    """Return a row: a node of a full site is lost, and its users come back on the others."""
    random = np.random.default_rng(2)
    each = macs // nodes
    noticed = random.uniform(0, POLL_SECONDS, each) + random.uniform(2, 30, each)
    free = max(0.1, cores - macs * USED_SHARE / (nodes - 1))
    site = Site([Node(free) for _ in range(nodes - 1)], random)
    site.join(sorted(noticed.tolist()))
    back = [site.seconds[user] + moment for user, moment in enumerate(sorted(noticed.tolist()))]
    lost = random.uniform(0, 60, each).tolist()
    figures = [quantile(back, 0.5), quantile(back, 1.0), quantile(lost, 0.5), max(lost)]
    return [f"{macs:,}", f"{nodes} x {cores:g}", f"{each:,}", *(f"{figure:.0f}" for figure in figures)]


def peak(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> int:
    """Return how many run at most at the same time."""
    changes = np.concatenate([np.ones(len(starts)), -np.ones(len(ends))])
    order = np.argsort(np.concatenate([starts, ends]), kind="stable")
    return int(np.cumsum(changes[order]).max())


def day(users: int, idle_minutes: float) -> list[str]:
    """Return a row: each user comes once in ten hours, most in the middle, and leaves the Mac on."""
    random = np.random.default_rng(3)
    starts = np.clip(random.normal(5 * 3600, 2 * 3600, users), 0, 10 * 3600)
    used = starts + random.lognormal(np.log(1200), 0.9, users)
    most = peak(starts, used + idle_minutes * 60)
    memory = most * MAC_MB / 1e3
    return [f"{users:,}", f"{idle_minutes:.0f}", f"{peak(starts, used):,}", f"{most:,}", f"{memory:,.0f}"]


def main() -> None:
    """Print the tables."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    head = ["users", "within s", "nodes x cores", "median s", "95 % s", "last s", "refused at first"]
    cases = [(50, 0, 1, 2.0), (30, 60, 1, 4.0), (1000, 60, 8, 16.0), (1000, 600, 8, 16.0)]
    rows = [storm(*case) for case in cases]
    rows += [storm(10_000, 600, 80, 16.0), storm(10_000, 3600, 80, 16.0)]
    print(table(head, rows))
    head = [
        "Macs",
        "nodes x cores",
        "lost with one node",
        "back: median s",
        "last s",
        "lost work: median s",
        "most s",
    ]
    print("\n" + table(head, [lost_node(30, 2, 4.0), lost_node(1000, 8, 16.0), lost_node(10_000, 80, 16.0)]))
    head = ["users a day", "culled after min", "used at once", "running at once", "GB"]
    print("\n" + table(head, [day(users, idle) for users in (30, 1000, 100_000) for idle in (10, 60)]))


if __name__ == "__main__":
    main()
