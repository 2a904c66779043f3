"""A real JupyterHub with many Macs on this machine: `python bench/hub.py` prints Markdown tables.

Joins: users who start their Macs at the same moment, by the Hub's API; what Hub, proxy and all Macs cost
then, while nobody watches. Faults: the proxy and the Hub are killed and come back (the Hub is started
again, as its service manager would); nodes are lost: all processes of a Mac are killed at a random moment
while a text is typed into it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import httpx

from harness.process_resources import cpu_seconds, shared_memory_mb
from harness.tables import quantile, table
from moof.states.autosaves import Autosaves
from support.hub_process import HubProcess
from support.processes import descendants
from support.waiting import wait_until

READY_SECONDS: Final = 300.0
POLL_SECONDS: Final = 2.0
IDLE_SECONDS: Final = 20.0
TYPING_SECONDS: Final = 3.0
"""Between two texts that are typed."""
FIRST_LOSS, LAST_LOSS = 62.0, 150.0
"""When nodes are lost, in seconds after the first typed text: after each Mac's first saved state."""


def start_mac(hub: HubProcess, user: str) -> None:
    """Ask the Hub for a user's Mac; it answers when that is ready, or after ten seconds."""
    with contextlib.suppress(httpx.HTTPError):  # what counts is whether the Mac is ready later
        hub.api("POST", f"/users/{user}")
        hub.api("POST", f"/users/{user}/server")


def join_at_once(hub: HubProcess, users: Sequence[str]) -> dict[str, float]:
    """Start the Macs of all users at the same moment; return the seconds until each was ready."""
    started = time.monotonic()
    with ThreadPoolExecutor(len(users), "join") as pool:
        pool.map(start_mac, [hub] * len(users), users)
        seconds: dict[str, float] = {}
        while len(seconds) < len(users) and time.monotonic() - started < READY_SECONDS:
            time.sleep(POLL_SECONDS)
            ready = {each["name"] for each in hub.api("GET", "/users?state=ready").json()}
            for user in ready.intersection(users) - seconds.keys():
                seconds[user] = time.monotonic() - started
    return seconds


def processes(hub: HubProcess, users: Sequence[str]) -> dict[str, list[int]]:
    """Return the pids of the Hub, of its proxy, and of all Macs with their servers."""
    macs = [pid for user in users for pid in [hub.pid_of(user), *descendants(hub.pid_of(user))]]
    return {"Hub": [hub.pid], "proxy": [hub.proxy_pid], "Macs and their servers": macs}


def joins(hub: HubProcess, users: Sequence[str]) -> str:
    """Return the tables of the joins."""
    ready = join_at_once(hub, users)
    found, seconds = processes(hub, [*ready]), [*ready.values()]
    spent = {name: sum(cpu_seconds(pid) for pid in pids) for name, pids in found.items()}
    time.sleep(IDLE_SECONDS)
    rows = []
    for name, pids in found.items():
        idle = (sum(cpu_seconds(pid) for pid in pids) - spent[name]) / IDLE_SECONDS
        memory = sum(shared_memory_mb(pid) for pid in pids)
        rows.append([name, f"{spent[name]:.1f}", f"{idle:.1%}", f"{memory:.0f}"])
    head = ["joins at once", "ready", "median s", "95 % s", "last s"]
    figures = [quantile(seconds, 0.5), quantile(seconds, 0.95), quantile(seconds, 1.0)]
    first = table(head, [[str(len(users)), str(len(seconds)), *(f"{each:.1f}" for each in figures)]])
    second = table(["processes", "CPU s until all were ready", "CPU while idle", "MB (PSS)"], rows)
    return f"{first}\n\n{second}"


def answers(url: str) -> bool:
    """Return whether a page is there."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def seconds_until(url: str) -> float:
    """Return the seconds until a page is there, after a moment in which it may still have been."""
    started = time.monotonic()
    wait_until(lambda: answers(url), url, seconds=120)
    return time.monotonic() - started


def faults(hub: HubProcess, user: str) -> str:
    """Return the table of what is killed and comes back."""
    mac, sign_in = f"{hub.url}/user/{user}/healthz", f"{hub.url}/hub/login"
    rows = []
    os.kill(hub.proxy_pid, signal.SIGKILL)
    wait_until(lambda: not answers(mac), "the proxy to be gone")
    rows.append(["the proxy is killed; the Hub starts it", f"{seconds_until(mac):.1f}"])
    before = hub.pid_of(user)
    os.kill(hub.pid, signal.SIGKILL)
    wait_until(lambda: not answers(sign_in), "the Hub to be gone")
    rows.append(["the Hub is killed: the page of a Mac", f"{seconds_until(mac):.1f}"])
    started = time.monotonic()
    hub.start_again()
    rows.append(["the Hub is started again: signing in", f"{time.monotonic() - started:.1f}"])
    assert hub.pid_of(user) == before, "the Mac was started anew"
    return table(["what happens", "s until it is there"], rows)


def player_token(folder: Path) -> str:
    """Return a new token of the Mac that keeps its files in a folder."""
    environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
    command = [sys.executable, "-m", "moof", "tokens", "add", "--role", "player", "--name", "bench"]
    return subprocess.check_output(command, env=environment, text=True).split()[0]


def lose_while_typing(hub: HubProcess, user: str, after: float) -> float:
    """Type into a user's Mac, lose its node after some seconds; return the age of its newest state then."""
    folder = hub.mac_folder(user)
    headers = {"authorization": f"Bearer {player_token(folder)}"}
    lost_at = time.monotonic() + after
    while time.monotonic() < lost_at - TYPING_SECONDS:
        httpx.post(f"{hub.url}/user/{user}/api/text", json={"text": "a"}, headers=headers, timeout=30)
        time.sleep(TYPING_SECONDS)
    time.sleep(max(0.0, lost_at - time.monotonic()))
    hub.lose_node(user)
    return time.time() - Autosaves(folder / "moof/states/auto").newest_first()[0].saved


def losses(hub: HubProcess, users: Sequence[str]) -> str:
    """Return the table of nodes that are lost, and of the joins afterwards."""
    moments = [random.uniform(FIRST_LOSS, LAST_LOSS) for _ in users]
    with ThreadPoolExecutor(len(users), "typing") as pool:
        ages = [*pool.map(lose_while_typing, [hub] * len(users), users, moments)]
    wait_until(lambda: not any(hub.server(user) for user in users), "the Hub to notice", seconds=90)
    seconds = [*join_at_once(hub, users).values()]
    head = ["nodes lost", "newest state: median age s", "oldest s", "again: median s", "last s"]
    figures = [quantile(ages, 0.5), max(ages), quantile(seconds, 0.5), quantile(seconds, 1.0)]
    return table(head, [[f"{len(ages)} of {len(users)}", *(f"{each:.1f}" for each in figures)]])


def main() -> None:
    """Start the Hub, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--joins", type=int, default=50)
    arguments.add_argument("--lost", type=int, default=10)
    given = arguments.parse_args()
    users = [f"user{number}" for number in range(given.joins)]
    os.environ["MOOF_HUB_MACS"] = str(given.joins + given.lost)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # the Macs outlive a killed Hub
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder))
        try:
            print(joins(hub, users), flush=True)
            print("\n" + faults(hub, users[0]), flush=True)
            if given.lost:
                print("\n" + losses(hub, users[: given.lost]), flush=True)
        finally:
            hub.stop()


if __name__ == "__main__":
    main()
