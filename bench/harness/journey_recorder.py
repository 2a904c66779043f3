"""Runs `moof` and records which of its functions execute: `python journey_recorder.py SOCKET serve …`.

A client of SOCKET (multiprocessing.connection) sends a list of roots, each `[file, function, message]`, and
so starts a recording; it sends None and so ends it, and receives `{(file, function): (index, ns)}`: for each
function that was called below a root, the root's index and the time of the first call (CLOCK_MONOTONIC).
Below a root is a call whose stack, from the inside outwards, meets a function of the list. Files are relative
to the package `moof`, functions are qualified names. `message` is None, or what an argument of the root must
be: the first byte of a message, or the name of its class. A thread that is already inside of a root is
recorded from the root's next call of a function.
"""

from __future__ import annotations

import importlib.util
import runpy
import sys
import threading
import time
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

Message = int | str | None
Root = tuple[str, str, Message]


class JourneyRecorder:
    """A profile function (sys.setprofile) that records the first call of each function below the roots.

    Attributes:
        found: by file and function, the index of the root and the time of the first call in ns.
    """

    def __init__(self, package: Path) -> None:
        self._package = f"{package}/"
        self._roots: dict[tuple[str, str], list[tuple[int, Message]]] = {}
        self._indices_of: dict[CodeType, list[tuple[int, Message]]] = {}
        self._begun: set[FrameType] = set()
        self._recording = False
        self.found: dict[tuple[str, str], tuple[int, int]] = {}

    def start(self, roots: list[Root]) -> None:
        """Start to record below `roots`; forget what was found before."""
        self._roots, self._indices_of, self._begun, self.found = {}, {}, set(), {}
        for index, (file, function, message) in enumerate(roots):
            self._roots.setdefault((file, function), []).append((index, message))
        self._recording = True

    def stop(self) -> dict[tuple[str, str], tuple[int, int]]:
        """End the recording and return `found`."""
        self._recording = False
        self._begun = set()
        return self.found

    def profile(self, frame: FrameType, event: str, argument: object) -> None:
        """Record a call; see `sys.setprofile`."""
        if event == "return":
            self._begun.discard(frame)
        if not self._recording or event != "call":
            return
        file = frame.f_code.co_filename
        if not file.startswith(self._package) or file.endswith("__init__.py"):
            return
        function = file[len(self._package) :], frame.f_code.co_qualname
        if function[1] == "<module>" or (function in self.found and not self._begins(frame)):
            return
        index = self._root_above(frame)
        if index is not None:
            self.found.setdefault(function, (index, time.monotonic_ns()))

    def _begins(self, frame: FrameType) -> bool:
        """Return whether this call is the first one of a root that is not recorded yet."""
        caller = frame.f_back
        return caller is not None and caller not in self._begun and bool(self._indices(caller))

    def _root_above(self, frame: FrameType) -> int | None:
        """Return the index of the innermost root on the stack, None if there is none that has begun."""
        at: FrameType | None = frame
        while at is not None:
            if indices := self._indices(at):
                if at in (frame, frame.f_back):
                    self._begun.add(at)
                return _fitting(at, indices) if at in self._begun else None
            at = at.f_back
        return None

    def _indices(self, frame: FrameType) -> list[tuple[int, Message]]:
        """Return the roots that the frame's function is: index and message; empty for most functions."""
        code = frame.f_code
        if code not in self._indices_of:
            file = code.co_filename.removeprefix(self._package)
            self._indices_of[code] = self._roots.get((file, code.co_qualname), [])
        return self._indices_of[code]


def _fitting(frame: FrameType, indices: list[tuple[int, Message]]) -> int | None:
    """Return the index of the root whose message is among the frame's arguments."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    arguments = [frame.f_locals.get(name) for name in names]
    kinds: set[Any] = {type(each).__name__ for each in arguments}
    kinds |= {each[0] for each in arguments if isinstance(each, bytes) and each}
    return next((index for index, message in indices if message is None or message in kinds), None)


def serve(recorder: JourneyRecorder, connection: Connection) -> None:
    """Serve one client until it disconnects."""
    while True:
        try:
            roots = connection.recv()
        except EOFError:
            return
        if roots is None:
            connection.send(recorder.stop())
        else:
            recorder.start(roots)


def main() -> None:
    """Install the recorder and run the command."""
    path = sys.argv.pop(1)
    sys.path.pop(0)  # this file's folder
    found = importlib.util.find_spec("moof")
    assert found is not None
    assert found.origin is not None
    recorder = JourneyRecorder(Path(found.origin).parent)
    listener = Listener(path, "AF_UNIX")
    threading.Thread(target=lambda: serve(recorder, listener.accept()), name="recorder", daemon=True).start()
    threading.setprofile(recorder.profile)
    sys.setprofile(recorder.profile)
    sys.argv[0] = "moof"
    runpy.run_module("moof", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
