"""Sound: what a headless Chromium conceals, stretches and breaks, per guest format, beside figures to beat.

`python bench/audio.py` plays a 1 kHz sine from an IPC v4 source through the server, 150 s for each format,
and prints a Markdown table; `--minutes 10` takes longer, `--moving` streams H.264 at 60 fps beside it,
`--clock-error 300` proves that the sound follows the listener's clock (and `--no-follow-listener` that it
has to). A break is a place in the recorded sound where the sine's phase jumps. "Unanswered" packets are those
that the source was late for. "Card held up" is time in which the browser's sound card took nothing: none of
the server's faults, but the browser removes as much afterwards. Measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import base64
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from stage import HERE, Stage, cpu_seconds, quantile, stage, table

RATES = "11025,22050,22254,44100,48000"
HEAD = ["format", "packets/s", "concealed", "inserted + removed", "jitter buffer ms", "breaks"]
HEAD += ["Mac → loudspeaker ms p50/p95", "answer ms p50/p99", "clock ppm", "server CPU"]
HEAD += ["unanswered", "card held up ms"]
REFERENCE = ["C++ server, 44100 stereo, 150 s", "49.5", "4368", "9400 of 10^6", "51", "3", *["-"] * 6]
WANTED = ["wanted", "50.0", "0", "≤ 1 of 10^6", "≤ 30", "0", "≤ 60, at 5 ms ≤ 35", *["-"] * 5]
MARKS = 12
MARK_QUIET = 8
"""Blocks of 10 ms without sound before a mark's beginning counts."""


@dataclass
class Heard:
    """The page's own counters, in samples at 48 kHz, and milliseconds."""

    received: float
    concealed: float
    inserted: float
    removed: float
    buffered_ms: float
    emitted: float
    packets: float
    time: float
    """Of the statistics, in seconds."""


def heard(on_stage: Stage) -> Heard:
    """Read the statistics of the sound that comes in."""
    found = on_stage.page.evaluate(
        """async () => {
            for (const report of (await window.moof.pc.getStats()).values())
                if (report.type === "inbound-rtp" && report.kind === "audio") return report;
            return null;
        }"""
    )
    if found is None:
        raise SystemExit("no sound comes in")
    return Heard(
        received=found.get("totalSamplesReceived", 0),
        concealed=found.get("concealedSamples", 0) - found.get("silentConcealedSamples", 0),
        inserted=found.get("insertedSamplesForDeceleration", 0),
        removed=found.get("removedSamplesForAcceleration", 0),
        buffered_ms=found.get("jitterBufferDelay", 0) * 1000,
        emitted=found.get("jitterBufferEmittedCount", 0),
        packets=found.get("packetsReceived", 0),
        time=found["timestamp"] / 1000,
    )


def recorded(page: Page) -> tuple[int, NDArray[np.int16]]:
    """End what record_sound.js began; the rate in Hz and the left channel, int16 (n,)."""
    rate, encoded = page.evaluate(
        """() => {
            window.recorded.stop = true;
            const all = new Int16Array(window.recorded.blocks.reduce((sum, block) => sum + block.length, 0));
            let at = 0;
            for (const block of window.recorded.blocks) { all.set(block, at); at += block.length; }
            const bytes = new Uint8Array(all.buffer);
            let text = "";
            for (let at = 0; at < bytes.length; at += 32768)
                text += String.fromCharCode(...bytes.subarray(at, at + 32768));
            return [window.recorded.rate, btoa(text)];
        }"""
    )
    return int(rate), np.frombuffer(base64.b64decode(encoded), np.int16)


def phase_breaks(samples: NDArray[np.int16], rate: int, hertz: float) -> int:
    """Places where a sine of that frequency jumps: its phase over 5 ms blocks moves by more than 0.2 rad."""
    block = rate // 200
    blocks = samples[: samples.size // block * block].reshape(-1, block).astype(np.float64)
    carrier = np.exp(-2j * np.pi * hertz * np.arange(blocks.size) / rate).reshape(blocks.shape)
    phasor = (blocks * carrier).sum(axis=1)
    steps = np.angle(phasor[1:] * np.conj(phasor[:-1]))
    steps -= np.median(steps)
    jumps = np.abs(steps) > 0.2
    return int(np.count_nonzero(jumps[1:] & ~jumps[:-1]) + jumps[:1].sum())


def latencies(on_stage: Stage) -> list[float]:
    """From the Mac's writing to the loudspeaker's buffer, in ms, for each beginning of an on-and-off sine."""
    on_stage.page.evaluate((HERE / "record_sound.js").read_text())
    on_stage.source.send_signal(signal.SIGUSR1)
    assert on_stage.source.stdout is not None
    written = [int(on_stage.source.stdout.readline().split()[1]) / 1000 for _ in range(MARKS)]
    time.sleep(0.5)
    heard_at = on_stage.page.evaluate(
        """(quiet) => {
            const { blocks, times } = window.recorded;
            window.recorded.stop = true;
            const beginnings = [];
            let silent = 0;
            blocks.forEach((block, at) => {
                const loud = block.some((sample) => Math.abs(sample) > 1000);
                if (loud && silent >= quiet) beginnings.push(times[at]);
                silent = loud ? 0 : silent + 1;
            });
            return beginnings;
        }""",
        MARK_QUIET,
    )
    after = [[ms - begin for ms in heard_at if 0 < ms - begin < 240] for begin in written]
    return [found[0] for found in after if found]


def figures(before: Heard, after: Heard) -> list[str]:
    """The page's counters over a time, as columns."""
    total = max(1.0, after.received - before.received)
    stretched = after.inserted - before.inserted + after.removed - before.removed
    depth = (after.buffered_ms - before.buffered_ms) / max(1.0, after.emitted - before.emitted)
    return [
        f"{(after.packets - before.packets) / (after.time - before.time):.2f}",
        f"{after.concealed - before.concealed:.0f}",
        f"{after.inserted - before.inserted:.0f} + {after.removed - before.removed:.0f}"
        f" ({stretched / total * 1e6:.1f} of 10^6)",
        f"{depth:.1f}",
    ]


def held_up_ms(before: Heard, after: Heard) -> float:
    """Time that the browser's sound card has lost, to the 10 ms in which it takes sound."""
    lost = after.time - before.time - (after.received - before.received) / 48_000
    return max(0.0, round(lost * 100) * 10)


@dataclass
class Case:
    """What to measure, and how."""

    rate: int
    channels: int
    seconds: float
    settle: float
    moving: bool
    server_options: list[str]
    launcher: list[str]

    @property
    def name(self) -> str:
        """The format, in words."""
        rate = "22254.5454" if self.rate == 22254 else self.rate
        return f"{rate} Hz, {'stereo' if self.channels == 2 else 'mono'}{', H.264 60 fps' * self.moving}"

    @property
    def source_command(self) -> list[str]:
        """What starts the source."""
        command = [sys.executable, str(HERE / "tone_source.py"), "--rate", str(self.rate)]
        return [*command, "--channels", str(self.channels), *["--moving"] * self.moving]


def watch(on_stage: Stage, seconds: float) -> None:
    """Let time pass, and say how it goes."""
    before, end = heard(on_stage), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 15.0))
        packets, concealed, stretched, depth = figures(before, heard(on_stage))
        pace = on_stage.status()["audio"]["pace"]
        passed = seconds - max(0.0, end - time.monotonic())
        print(
            f"  {passed:4.0f} s: {packets} packets/s, {concealed} concealed, "
            f"{stretched} stretched, {depth} ms, {pace['state']} {pace['ppm']:+.1f} ppm",
            file=sys.stderr,
            flush=True,
        )


def measure(case: Case) -> list[str]:
    """One case: a row of the table."""
    with stage(
        case.source_command, "h264", server_options=case.server_options, launcher=case.launcher
    ) as on_stage:
        on_stage.page.wait_for_function("() => window.moof?.pc?.connectionState === 'connected'")
        time.sleep(case.settle)
        on_stage.page.evaluate((HERE / "record_sound.js").read_text())
        time.sleep(1)
        unanswered = on_stage.status()["audio"]["underruns"]
        before, cpu = heard(on_stage), cpu_seconds(on_stage.server.pid)
        watch(on_stage, case.seconds)
        after, cpu = heard(on_stage), cpu_seconds(on_stage.server.pid) - cpu
        audio = on_stage.status()["audio"]  # before the recording is fetched, which keeps the machine busy
        sample_rate, samples = recorded(on_stage.page)
        delays = latencies(on_stage)
        return [
            f"{case.name}, {after.time - before.time:.0f} s",
            *figures(before, after),
            f"{phase_breaks(samples, sample_rate, 1000.0)}",
            f"{statistics.median(delays or [float('nan')]):.0f}/{quantile(delays, 0.95):.0f}",
            f"{audio['response_ms_p50']:.2f}/{audio['response_ms_p99']:.2f}",
            f"{audio['pace']['ppm']:+.1f} ({audio['pace']['state']})",
            f"{cpu / (after.time - before.time):.1%}",
            f"{audio['underruns'] - unanswered}",
            f"{held_up_ms(before, after):.0f}",
        ]


def cases() -> Iterator[Case]:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rates", default=RATES, help=f"guest rates in Hz, {RATES}")
    add("--channels", default="1,2", help="1, 2 or both")
    add("--seconds", type=float, default=150.0)
    add("--minutes", type=float, help="the same, in minutes")
    add("--settle", type=float, help="seconds before counting begins (10, or 60 with a wrong clock)")
    add("--moving", action="store_true", help="H.264 of 1024x768 at 60 fps beside the sound")
    add("--packet-ms", type=int, default=20, choices=[20, 10, 5])
    add("--clock-error", type=float, default=0.0, help="a server clock wrong by so many ppm")
    add("--no-follow-listener", action="store_true", help="leave the wrong clock wrong")
    options = parser.parse_args()
    server = ["--audio-packet-ms", str(options.packet_ms)]
    server += ["--no-follow-listener"] * options.no_follow_listener
    skewed = [str(HERE / "harness" / "skewed_server.py"), str(options.clock_error)]
    launcher = skewed if options.clock_error else ["-m", "moof"]
    settle = options.settle if options.settle is not None else 60.0 if options.clock_error else 10.0
    seconds = options.minutes * 60 if options.minutes else options.seconds
    for rate in options.rates.split(","):
        for channels in options.channels.split(","):
            yield Case(int(rate), int(channels), seconds, settle, options.moving, server, launcher)


def main() -> None:
    rows = [REFERENCE, WANTED]
    for case in cases():
        print(f"{case.name}: {case.seconds:.0f} s", file=sys.stderr, flush=True)
        rows.append(measure(case))
        print("  " + " | ".join(rows[-1]), file=sys.stderr, flush=True)
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
