"""What one attacker costs everybody else: delay of /healthz, another viewer's pings, growth of the log.

`python bench/abuse.py` starts Moof with its own Mac, a viewer that behaves, and for some seconds one attacker
of each kind (harness/attacker.py), or clients that connect again and again (harness/connection_flood.py; the
"tls" kinds against a Moof that serves https). A measurement is bad if the 95th percentile of /healthz is over
50 ms, one of its requests failed, a ping of the viewer was lost, or the log grew by more than 10 KB a second;
the exit status is then 1.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import connect

from harness.attacker import BODIES, STREAMS
from harness.connection_flood import SOURCES
from harness.misbehaving_client import MisbehavingClient
from harness.process_resources import ProcessResources, cpu_seconds
from harness.tables import quantile, table
from support.certificates import write_certificate
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until

VIEWER_KINDS = (
    *("sacks", "endless", "heartbeats", "misorders", "forwards", "opens", "media", "datagrams", "strangers"),
    "answers",
)
_TLS = "tls "
TLS_KINDS = (_TLS + "nobody", *(_TLS + kind for kind in SOURCES))
KINDS = ("nobody", *STREAMS, *BODIES, *VIEWER_KINDS, *SOURCES, *TLS_KINDS)
HARNESS = Path(__file__).parent / "harness"
MAX_P95_MS = 50.0
MAX_LOG_KB = 10.0
_HEALTH_INTERVAL = 0.1
_PING_INTERVAL = 0.25
_LAST_PING_SECONDS = 3.0
_PAUSE_SECONDS = 6.0  # new viewers wait after a disconnection for abuse
_PING = struct.Struct("<B3xId")
_SEQUENCE_OFFSET = 20
HEAD = ["attacker", "/healthz p50 / p95 / max ms", "pings lost", "log KB/s", "server CPU", "memory MB", ""]


@dataclass
class HealthProbe:
    """Requests /healthz ten times a second, over a new connection each."""

    url: str
    milliseconds: list[float] = field(default_factory=list)
    failed: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(_HEALTH_INTERVAL):
            began = time.monotonic()
            try:
                connection = self._connect()
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                connection.close()
            except (OSError, http.client.HTTPException):
                self.failed += 1
            self.milliseconds.append(1000 * (time.monotonic() - began))

    def _connect(self) -> http.client.HTTPConnection:
        scheme, _, place = self.url.partition("://")
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        return kind(place, timeout=30)

    def stop(self) -> list[float]:
        """End, and return the times in ms."""
        self._ended.set()
        self._thread.join()
        return self.milliseconds


class Witness:
    """A viewer that behaves, and sends pings."""

    def __init__(self, client: MisbehavingClient) -> None:
        self._client = client
        self._sent: set[int] = set()
        self._next = int(time.time()) % 2**31
        client._channels["frame"].on("message", self._receive)

    @classmethod
    @contextlib.asynccontextmanager
    async def joined(cls, url: str) -> AsyncIterator[Witness]:
        """Join as a page does."""
        async with connect(url.replace("http", "ws") + "/signaling", max_size=None) as signaling:
            client = MisbehavingClient(signaling)
            await client.join()
            reading = asyncio.create_task(client._read())
            yield cls(client)
            reading.cancel()
            await client._connection.close()

    def _receive(self, message: bytes) -> None:
        self._sent.discard(int.from_bytes(message[_SEQUENCE_OFFSET : _SEQUENCE_OFFSET + 4], "little"))

    async def ping(self, seconds: float) -> int:
        """Send pings for so long; return how many did not come back."""
        self._sent.clear()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._next += 1
            self._sent.add(self._next)
            self._client._channels["input"].send(_PING.pack(4, self._next, time.time() * 1000))
            await asyncio.sleep(_PING_INTERVAL)
        await asyncio.sleep(_LAST_PING_SECONDS)
        return len(self._sent)


class Measurement:
    """What the server and its log did since the beginning, beside an attacker of one kind, or "nobody"."""

    def __init__(self, kind: str, moof: MoofProcess, log: Path) -> None:
        self._kind, self._moof, self._log = kind, moof, log
        self._attacker: subprocess.Popen[bytes] | None = None
        name = kind.removeprefix(_TLS)
        if name != "nobody":
            script = HARNESS / ("connection_flood.py" if name in SOURCES else "attacker.py")
            command = [sys.executable, str(script), moof.url, name]
            self._attacker = subprocess.Popen(command, stdout=subprocess.PIPE)
            assert self._attacker.stdout is not None
            self._attacker.stdout.readline()
        self._probe = HealthProbe(moof.url)
        self._before = self._counters()

    def _counters(self) -> tuple[float, float, float]:
        """Return the time, the size of the log in KB and the server's processor time in seconds."""
        return time.monotonic(), self._log.stat().st_size / 1024, cpu_seconds(self._moof.pid)

    def finish(self, lost: int) -> list[str]:
        """End the attack; return the line of the table, whose last cell names what is bad."""
        times = self._probe.stop()
        seconds, grown, cpu = (
            now - before for now, before in zip(self._counters(), self._before, strict=True)
        )
        if self._attacker is not None:
            self._attacker.kill()
            self._attacker.communicate()
        p95, log = quantile(times, 0.95), grown / seconds
        found = {
            "late": p95 > MAX_P95_MS,
            "refused": self._probe.failed > 0,
            "lost": lost > 0,
            "log": log > MAX_LOG_KB,
        }
        return [
            self._kind,
            f"{quantile(times, 0.5):.0f} / {p95:.0f} / {max(times):.0f}",
            str(lost),
            f"{log:.1f}",
            f"{100 * cpu / seconds:.0f} %",
            f"{ProcessResources.of(self._moof.pid).megabytes:.0f}",
            " ".join(name for name, is_bad in found.items() if is_bad),
        ]


async def measure_all(kinds: list[str], seconds: float, moof: MoofProcess, log: Path) -> list[list[str]]:
    """Measure each kind beside one witness, and return the lines of the table."""
    rows: list[list[str]] = []
    async with Witness.joined(moof.url) as witness:
        for kind in kinds:
            measurement = await asyncio.to_thread(Measurement, kind, moof, log)
            lost = await witness.ping(seconds)
            rows.append(await asyncio.to_thread(measurement.finish, lost))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
            await asyncio.sleep(_PAUSE_SECONDS)
    return rows


@contextlib.contextmanager
def running_moof(*, tls: bool) -> Iterator[tuple[MoofProcess, Path]]:
    """Start Moof with its own Mac; yield it and its log. Its certificate becomes trusted by this process."""
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name:
        log = Path(name) / "log"
        certificate = write_certificate(Path(name))
        os.environ["SSL_CERT_FILE"] = str(certificate.chain)
        options = ("--tls-cert", str(certificate.chain), "--tls-key", str(certificate.key)) if tls else ()
        moof = start_moof(Path(name), *options, wrapper=("sh", "-c", f'exec "$@" 2>{log}', "sh"))
        try:
            wait_until(lambda: moof.emulator_pid > 0, "the Mac to start")
            yield moof, log
        finally:
            stop_moof(moof)


def main() -> None:
    """Measure each kind and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", default=",".join(KINDS), help="some of " + ", ".join(KINDS))
    parser.add_argument("--seconds", type=float, default=10.0, help="beside each attacker")
    options = parser.parse_args()
    rows: list[list[str]] = []
    kinds = options.kinds.split(",")
    for tls in (False, True):
        chosen = [kind for kind in kinds if kind.startswith(_TLS) == tls]
        if chosen:
            with running_moof(tls=tls) as (moof, log):
                rows += asyncio.run(measure_all(chosen, options.seconds, moof, log))
    print(table(HEAD, rows))
    sys.exit(1 if any(row[-1] for row in rows) else 0)


if __name__ == "__main__":
    main()
