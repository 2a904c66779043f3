"""Fuzz each door: `scripts/fuzz` knocks 10^6 times at each, guided by coverage where atheris is installed.

A finding is printed with the bytes that led to it, and the exit status is 1. Without atheris, or with
--plain, known messages are spoiled at random, from a seed that is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from doors import DOORS, mutations

GUIDED = ("signalling", "channel", "feedback", "control")
"""Doors whose code is all Python and keeps nothing outside of the process: atheris follows its branches."""
_REPORT_SECONDS = 5.0


def knock_plainly(name: str, messages: int, seed: int) -> int:
    """Spoil known messages; return the number of findings, 0 or 1."""
    door = DOORS[name]
    with door.knock() as knock:
        started = reported = time.monotonic()
        for number, data in enumerate(mutations(door.seeds, seed), start=1):
            try:
                knock(data)
            except Exception as error:
                print(f"{name}: after {number} messages {data!r} led to {type(error).__name__}: {error}")
                logging.exception("finding")
                return 1
            now = time.monotonic()
            if number == messages:
                break
            if now - reported > _REPORT_SECONDS:
                reported = now
                print(f"{name}: {number} of {messages}, {number / (now - started):.0f} a second", flush=True)
    seconds = time.monotonic() - started
    print(f"{name}: {messages} messages, nothing found ({seconds:.0f} s, seed {seed})", flush=True)
    return 0


def knock_guided(name: str, messages: int) -> int:
    """Let atheris choose the messages, in a process of its own: it ends the one that it runs in."""
    command = [sys.executable, __file__, "--guided-child", name, "--messages", str(messages)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    lines = done.stderr.splitlines()
    if done.returncode:
        print(f"{name}: a finding\n" + "\n".join(lines[-40:]))
        return 1
    coverage = next((line for line in reversed(lines) if "cov:" in line), "")
    print(
        f"{name}: {messages} messages, nothing found (guided: {' '.join(coverage.split()[2:6])})", flush=True
    )
    return 0


def run_guided(name: str, messages: int) -> None:
    """Be the process that atheris runs in; it never returns."""
    import tempfile

    import atheris

    for module in (
        "moof.server.protocol.messages",
        "moof.server.protocol.input_decoder",
        "moof.server.protocol.audio_report",
        "moof.server.rtp.rtcp",
        "moof.server.rtp.twcc",
        "moof.ipc.messages",
    ):
        _instrument(atheris, module)
    door = DOORS[name]
    corpus = Path(tempfile.mkdtemp(prefix="moof-fuzz-"))
    for number, seed in enumerate(door.seeds):
        (corpus / str(number)).write_bytes(seed)
    with door.knock() as knock:
        atheris.Setup([sys.argv[0], f"-runs={messages}", "-max_len=4096", str(corpus)], knock)
        atheris.Fuzz()


def _instrument(atheris: object, module: str) -> None:
    for thing in vars(sys.modules[module]).values():
        if callable(thing) and getattr(thing, "__module__", None) == module and hasattr(thing, "__code__"):
            thing.__code__ = atheris.instrument_func(thing).__code__  # type: ignore[attr-defined]
        elif isinstance(thing, type) and thing.__module__ == module:
            for method in vars(thing).values():
                if hasattr(method, "__code__"):
                    method.__code__ = atheris.instrument_func(method).__code__  # type: ignore[attr-defined]


def main() -> None:
    """Knock at the doors that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many at each door")
    parser.add_argument("--doors", default=",".join(DOORS), help="some of " + ", ".join(DOORS))
    parser.add_argument("--plain", action="store_true", help="without atheris")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--guided-child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    logging.basicConfig(level=logging.CRITICAL)
    if options.guided_child:
        run_guided(options.guided_child, options.messages)
    guided = not options.plain and importlib.util.find_spec("atheris") is not None
    findings = 0
    with contextlib.suppress(KeyboardInterrupt):
        for name in options.listen.split(","):
            if guided and name in GUIDED:
                findings += knock_guided(name, options.messages)
            else:
                findings += knock_plainly(name, options.messages, options.seed)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
