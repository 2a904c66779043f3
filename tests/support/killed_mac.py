"""A whole Mac, server and emulator, that is killed again and again while it writes, and what is left then."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from moof.states import StateError, unpack_state
from moof.states.autosaves import Autosaves
from moof.states.state_shelf import AUTOSAVES, StateShelf
from support.moof_process import MoofProcess, start_moof
from support.waiting import wait_until

INTERVAL: Final = 2.0
"""Seconds between the Mac's own states, in place of a minute."""
SITE = f"""
import sys
if "moof.mac_process" in sys.orig_argv:
    import moof.mac.state_thread
    moof.mac.state_thread.INTERVAL = {INTERVAL}
"""
KINDS: Final = ("save", "upload", "autosave")
_PIECE: Final = 65_536
_DOCUMENT_BYTES: Final = 20_000_000
_MAX_KEPT: Final = 8


@dataclass
class Findings:
    """What was wrong after the kills, and how old the Mac's newest own state was, in seconds."""

    faults: list[str] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    written: int = 0
    """States and files that the Mac had confirmed."""


class KilledMac:
    """A Mac in a folder, with states and a disk."""

    def __init__(self, folder: Path) -> None:
        self.findings = Findings()
        self._folder = folder
        self._states = folder / "states"
        self._documents = folder / "documents"
        self._autosaves = Autosaves(self._states / AUTOSAVES)
        self._shelf = StateShelf(self._states)
        self._kept: set[str] = set()
        self._confirmed = b""
        """The digest of the document's last version that was stored, empty before the first one."""
        self._pending = b""
        """That of the version that is on its way."""
        self._site = folder / "site"
        self._site.mkdir()
        (self._site / "sitecustomize.py").write_text(SITE)

    def kill(self, kind: str, moment: float) -> None:
        """Start the Mac, let it write, kill it after `moment` seconds of that, and look at what is left."""
        newest = self._newest()
        with self._running() as moof:
            wait_until(lambda: moof.status()["emulator"]["connected"], "the Mac")
            stop = threading.Event()
            act = {"save": self._save, "upload": self._upload, "autosave": self._type}[kind]
            thread = threading.Thread(target=self._repeat, args=(act, moof, stop), name=kind)
            thread.start()
            time.sleep(moment)
            killed = time.time()
            self._kill(moof)
            stop.set()
            thread.join()
        self._check(kind, newest, killed if kind == "autosave" and moment > INTERVAL else None)

    @contextmanager
    def _running(self) -> Iterator[MoofProcess]:
        path = f"{self._site}:{os.environ.get('PYTHONPATH', '')}"
        options = ("--size", "640x480", "--states", str(self._states), "--documents", str(self._documents))
        moof = start_moof(self._folder, *options, environment={"PYTHONPATH": path})
        try:
            yield moof
        finally:
            self._kill(moof)
            moof.stop()

    def _kill(self, moof: MoofProcess) -> None:
        """Kill the server and all that it has started, the Mac first, as fast as one after the other goes."""
        for pid in (*_descendants(moof.pid), moof.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        wait_until(lambda: moof.popen.poll() is not None, "the end of the process")

    def _repeat(
        self, act: Callable[[MoofProcess, int], None], moof: MoofProcess, stop: threading.Event
    ) -> None:
        number = 0
        while not stop.is_set():
            try:
                act(moof, number)
            except (OSError, http.client.HTTPException):
                if not stop.wait(0.05):  # not connected yet, or killed
                    continue
                return
            number += 1

    def _save(self, moof: MoofProcess, number: int) -> None:
        name = f"{time.time_ns()}"
        moof.post("/api/states", {"action": "save", "name": name})
        self._confirm(name)
        while len(self._kept) > _MAX_KEPT:
            self._shelf.delete(oldest := min(self._kept))
            self._kept.remove(oldest)

    def _upload(self, moof: MoofProcess, number: int) -> None:
        data = random.Random(time.time_ns()).randbytes(_DOCUMENT_BYTES)
        self._pending = hashlib.sha256(data).digest()
        address = urlsplit(moof.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        try:
            pieces = (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
            headers = {"Content-Length": str(len(data)), "Content-Type": "application/octet-stream"}
            connection.request("PUT", "/api/documents/Big?replace=true", pieces, headers)
            if connection.getresponse().status < 300:
                self._confirmed = self._pending
                self.findings.written += 1
        finally:
            connection.close()

    def _type(self, moof: MoofProcess, number: int) -> None:
        moof.post("/api/text", {"text": "a"})
        time.sleep(0.1)

    def _confirm(self, name: str) -> None:
        self._kept.add(name)
        self.findings.written += 1

    def _newest(self) -> int:
        there = self._autosaves.newest_first()
        return there[0].saved if there else 0

    def _check(self, kind: str, newest: int, killed: float | None) -> None:
        fault = self.findings.faults.append
        if self._newest() < newest:
            fault(f"{kind}: the newest own state is {newest - self._newest()} s older than before")
        if killed is not None:
            self.findings.ages.append(killed - self._newest())
        for each in self._autosaves.newest_first():
            self._check_whole(kind, each.path.name, partial(self._autosaves.read, each))
        there = {entry.name for entry in self._shelf.entries()}
        if lost := self._kept - there:
            fault(f"{kind}: {len(lost)} confirmed states are lost")
        for name in there:
            self._check_whole(kind, name, partial(self._shelf.read, name))
        self._check_document(kind)

    def _check_document(self, kind: str) -> None:
        document = self._documents / "Big"
        found = hashlib.sha256(document.read_bytes()).digest() if document.exists() else b""
        if found not in (self._confirmed, self._pending):
            self.findings.faults.append(f"{kind}: the document is none of its last two versions")
        self._confirmed = found

    def _check_whole(self, kind: str, name: str, read: Callable[[], bytes]) -> None:
        try:
            unpack_state(read())
        except StateError as error:
            self.findings.faults.append(f"{kind}: {name}: {error}")


def _descendants(pid: int) -> list[int]:
    """Return a process's children and theirs, the youngest first."""
    try:
        children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [each for child in children for each in (*_descendants(child), child)]
