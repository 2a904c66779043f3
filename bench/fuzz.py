"""Fuzz each target: `scripts/fuzz` feeds each 10^6 messages, guided by coverage where atheris is installed.

A finding is printed with the bytes that led to it, and the exit status is 1. Without atheris, or with
--plain, known messages are mutated at random, from a seed that is printed, and the message that took the most
processor time for its length is printed, too: a message that is refused after a second is a fault.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import harness  # noqa: F401  puts tests/ on the module path
from support.fuzz import TARGETS, mutations

GUIDED = ("signaling", "channel", "feedback", "control")
"""Targets that are all Python and keep nothing outside of the process: atheris follows their branches."""
INSTRUMENTED = (
    "moof.server.protocol.messages",
    "moof.server.protocol.input_decoder",
    "moof.server.protocol.audio_report",
    "moof.server.rtp.rtcp",
    "moof.server.rtp.twcc",
    "moof.ipc.messages",
)
_REPORT_SECONDS = 5.0
_MAX_LENGTH = 4096


@dataclass
class Slowest:
    """The message that took the most processor time for its length, of those that took long."""

    message: bytes = b""
    seconds: float = 0.0

    def add(self, message: bytes, seconds: float) -> None:
        """Compare one more message; a short one counts as one of 64 bytes."""
        if seconds / max(len(message), 64) > self.seconds / max(len(self.message), 64):
            self.message, self.seconds = message, seconds

    def __str__(self) -> str:
        each = 1e6 * self.seconds / max(len(self.message), 1)
        shown = f"{self.message[:60]!r}{'…' if len(self.message) > 60 else ''}"
        return f"{1000 * self.seconds:.1f} ms, {each:.1f} µs a byte, {len(self.message)} bytes: {shown}"


def fuzz_at_random(name: str, messages: int, seed: int) -> int:
    """Feed mutated messages; return the number of findings, 0 or 1."""
    target = TARGETS[name]
    slowest = Slowest()
    with target.open() as feed:
        started = reported = time.monotonic()
        for number, data in enumerate(mutations(target.seeds, seed), start=1):
            began = time.thread_time()
            try:
                feed(data)
            except Exception as error:
                print(f"{name}: after {number} messages {data!r} led to {type(error).__name__}: {error}")
                logging.exception("finding")
                return 1
            slowest.add(data, time.thread_time() - began)
            now = time.monotonic()
            if number == messages:
                break
            if now - reported > _REPORT_SECONDS:
                reported = now
                print(f"{name}: {number} of {messages}, {number / (now - started):.0f} a second", flush=True)
    seconds = time.monotonic() - started
    print(f"{name}: {messages} messages, no finding ({seconds:.0f} s, seed {seed})")
    print(f"{name}: slowest {slowest}", flush=True)
    return 0


def fuzz_guided(name: str, messages: int) -> int:
    """Let atheris choose the messages, in a child process: atheris ends the process that it runs in."""
    command = [sys.executable, __file__, "--guided-child", name, "--messages", str(messages)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    lines = done.stderr.splitlines()
    if done.returncode:
        print(f"{name}: a finding\n" + "\n".join(lines[-40:]))
        return 1
    coverage = next((line for line in reversed(lines) if "cov:" in line), "")
    print(f"{name}: {messages} messages, no finding (guided: {' '.join(coverage.split()[2:6])})", flush=True)
    return 0


def run_atheris(name: str, messages: int) -> None:
    """Run atheris in this process; it never returns."""
    import atheris

    for module in INSTRUMENTED:
        _instrument(atheris, module)
    target = TARGETS[name]
    corpus = Path(tempfile.mkdtemp(prefix="moof-fuzz-"))
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    with target.open() as feed:
        atheris.Setup([sys.argv[0], f"-runs={messages}", f"-max_len={_MAX_LENGTH}", str(corpus)], feed)
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
    """Fuzz the targets that the options name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many for each target")
    parser.add_argument(
        "--targets", "--doors", default=",".join(TARGETS), help="some of " + ", ".join(TARGETS)
    )
    parser.add_argument("--plain", action="store_true", help="without atheris")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--guided-child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    logging.basicConfig(level=logging.CRITICAL)
    if options.guided_child:
        run_atheris(options.guided_child, options.messages)
    guided = not options.plain and importlib.util.find_spec("atheris") is not None
    findings = 0
    with contextlib.suppress(KeyboardInterrupt):
        for name in options.targets.split(","):
            if guided and name in GUIDED:
                findings += fuzz_guided(name, options.messages)
            else:
                findings += fuzz_at_random(name, options.messages, options.seed)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
