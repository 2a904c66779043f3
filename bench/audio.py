"""Sound: what a headless Chromium conceals, stretches and breaks, per guest format, beside reference figures.

`python bench/audio.py` plays a 1 kHz sine from an IPC v4 source through the server, 150 s for each format,
and prints a Markdown table; `--minutes 10` takes longer, `--moving` streams H.264 at 60 fps beside it,
`--clock-error 300` proves that the server follows the page's audio clock (and `--no-follow-listener` that it
has to). A break is a place in the recorded sound where the sine's phase jumps. "Unanswered" packets are those
that the source was late for. "Card held up" is time in which the browser's audio device took nothing: not
caused by the server, but the browser removes as much afterwards. Measure when nothing else runs.

`python bench/audio.py --answers all --plain --rates 44100 --channels 2 --minutes 10` measures
each distribution of answer times, one after the other; with `--ordinary-user` as well without the right to
real-time scheduling.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from harness import BENCH
from harness.process_resources import cpu_seconds
from harness.tables import quantile, table
from harness.testbed import Testbed, open_testbed, source_command
from sources.tone import ANSWERS
from support.recorded_audio import phase_breaks, start_recording, stop_recording
from support.waiting import wait_until

RATES = "11025,22050,22254,44100,48000"
HEAD = ["format", "packets/s", "concealed", "inserted + removed", "jitter buffer ms", "breaks"]
HEAD += ["Mac → loudspeaker ms p50/p95", "answer ms p50/p99", "clock ppm", "server CPU"]
HEAD += ["unanswered", "card held up ms", "first 3 s: concealed · stretched"]
REFERENCE = ["C++ server, 44100 stereo, 150 s", "49.5", "4368", "9400 of 10^6", "51", "3", *["-"] * 7]
WANTED = ["wanted", "50.0", "0", "≤ 1 of 10^6", "≤ 30", "0", "≤ 60, at 5 ms ≤ 35", *["-"] * 5, "0 · ≤ 480"]
SKEWED_SERVER = BENCH / "harness" / "skewed_server.py"
FIRST_SECONDS = 3.0
MARKS = 12
SILENT_BLOCKS = 8
"""Blocks of 10 ms without sound before an onset counts."""
MAX_LATENCY_MS = 240


@dataclass
class AudioCounters:
    """The page's counters of the received audio, in samples at 48 kHz, and milliseconds."""

    received: float
    concealed: float
    inserted: float
    removed: float
    buffered_ms: float
    emitted: float
    packets: float
    time: float
    """Of the statistics, in seconds."""


def read_counters(bed: Testbed) -> AudioCounters:
    """Read the page's statistics of the received audio."""
    found = bed.inject("audio_counters.js")
    if found is None:
        raise SystemExit("the page receives no sound")
    return AudioCounters(
        received=found.get("totalSamplesReceived", 0),
        concealed=found.get("concealedSamples", 0) - found.get("silentConcealedSamples", 0),
        inserted=found.get("insertedSamplesForDeceleration", 0),
        removed=found.get("removedSamplesForAcceleration", 0),
        buffered_ms=found.get("jitterBufferDelay", 0) * 1000,
        emitted=found.get("jitterBufferEmittedCount", 0),
        packets=found.get("packetsReceived", 0),
        time=found["timestamp"] / 1000,
    )


def first_seconds(bed: Testbed) -> str:
    """Return what the browser conceals and stretches in the first 3 s in which it receives sound."""
    wait_until(lambda: bed.inject("audio_counters.js") is not None, "the page to receive sound")
    time.sleep(FIRST_SECONDS)
    counters = read_counters(bed)
    return f"{counters.concealed:.0f} · {counters.inserted + counters.removed:.0f}"


def onset_latencies(bed: Testbed) -> list[float]:
    """Return the ms from the source's writing to the page's audio track, for onsets of a switched sine."""
    start_recording(bed.page)
    bed.source.popen.send_signal(signal.SIGUSR1)
    written = [int(bed.source.wait_for_line("mark").split()[1]) / 1000 for _ in range(MARKS)]
    time.sleep(0.5)
    received = bed.page.evaluate(
        """(quiet) => {
            const { blocks, times } = window.recorded;
            window.recorded.stop = true;
            const onsets = [];
            let silent = 0;
            blocks.forEach((block, at) => {
                const loud = block.some((sample) => Math.abs(sample) > 1000);
                if (loud && silent >= quiet) onsets.push(times[at]);
                silent = loud ? 0 : silent + 1;
            });
            return onsets;
        }""",
        SILENT_BLOCKS,
    )
    after = [[ms - mark for ms in received if 0 < ms - mark < MAX_LATENCY_MS] for mark in written]
    return [found[0] for found in after if found]


def columns(before: AudioCounters, after: AudioCounters) -> list[str]:
    """Return the page's counters over an interval, as columns."""
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


def held_up_ms(before: AudioCounters, after: AudioCounters) -> float:
    """Return the time that the browser's audio device has lost, to the 10 ms in which it takes sound."""
    lost = after.time - before.time - (after.received - before.received) / 48_000
    return max(0.0, round(lost * 100) * 10)


@dataclass
class Case:
    """One measurement."""

    rate: int
    channels: int
    seconds: float
    settle: float
    moving: bool
    server_options: list[str]
    answers: str
    plain: bool
    """Whether nothing is recorded in the page."""
    launcher: list[str]
    """Command line in place of `python -m moof`."""

    @property
    def name(self) -> str:
        """The format, in words."""
        rate = "22254.5454" if self.rate == 22254 else self.rate
        channels = "stereo" if self.channels == 2 else "mono"
        return f"{rate} Hz, {channels}{', H.264 60 fps' * self.moving}, answers {self.answers}"

    @property
    def source(self) -> list[str]:
        """The source's command line."""
        options = ["--rate", str(self.rate), "--channels", str(self.channels), *["--moving"] * self.moving]
        options += ["--answers", self.answers]
        return source_command("tone", *options)


def report_progress(bed: Testbed, seconds: float) -> None:
    """Wait for so long, and print the counters on standard error meanwhile."""
    before, end = read_counters(bed), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 15.0))
        packets, concealed, stretched, depth = columns(before, read_counters(bed))
        pace = bed.status()["audio"]["pace"]
        passed = seconds - max(0.0, end - time.monotonic())
        print(
            f"  {passed:4.0f} s: {packets} packets/s, {concealed} concealed, "
            f"{stretched} stretched, {depth} ms, {pace['state']} {pace['ppm']:+.1f} ppm",
            file=sys.stderr,
            flush=True,
        )


def measure(case: Case) -> list[str]:
    """Measure one case and return its line of the table."""
    with open_testbed(case.source, "h264", options=case.server_options, launcher=case.launcher) as bed:
        bed.page.wait_for_function("() => window.moof?.pc?.connectionState === 'connected'")
        first = first_seconds(bed)
        time.sleep(case.settle)
        if not case.plain:
            start_recording(bed.page)
        time.sleep(1)
        unanswered = bed.status()["audio"]["underruns"]
        before, cpu = read_counters(bed), cpu_seconds(bed.server.pid)
        report_progress(bed, case.seconds)
        after, cpu = read_counters(bed), cpu_seconds(bed.server.pid) - cpu
        audio = bed.status()["audio"]  # before the recording is fetched, which keeps the machine busy
        breaks, latencies = "-", []
        if not case.plain:
            sample_rate, samples = stop_recording(bed.page)
            breaks, latencies = f"{phase_breaks(samples, sample_rate, 1000.0)}", onset_latencies(bed)
        return [
            f"{case.name}, {after.time - before.time:.0f} s",
            *columns(before, after),
            breaks,
            f"{statistics.median(latencies or [float('nan')]):.0f}/{quantile(latencies, 0.95):.0f}",
            f"{audio['response_ms_p50']:.2f}/{audio['response_ms_p99']:.2f}",
            f"{audio['pace']['ppm']:+.1f} ({audio['pace']['state']})",
            f"{cpu / (after.time - before.time):.1%}",
            f"{audio['underruns'] - unanswered}",
            f"{held_up_ms(before, after):.0f}",
            first,
        ]


def cases() -> Iterator[Case]:
    """Yield what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rates", default=RATES, help=f"guest rates in Hz, {RATES}")
    add("--channels", default="1,2", help="1, 2 or both")
    add("--seconds", type=float, default=150.0)
    add("--minutes", type=float, help="the same, in minutes")
    add("--settle", type=float, help="seconds before counting starts (10, or 60 with a wrong clock)")
    add("--moving", action="store_true", help="H.264 of 1024x768 at 60 fps beside the sound")
    add("--packet-ms", type=int, default=20, choices=[20, 10, 5])
    add("--clock-error", type=float, default=0.0, help="a server clock wrong by so many ppm")
    add("--no-follow-listener", action="store_true", help="leave the wrong clock wrong")
    names = ", ".join(ANSWERS)
    add("--answers", default="at-once", help=f"how long the source's answers take: {names}, or all")
    add(
        "--ordinary-user",
        action="store_true",
        help="no right to real-time scheduling (needs setpriv)",
    )
    add("--plain", action="store_true", help="record nothing in the page, which disturbs its playout")
    options = parser.parse_args()
    server = ["--audio-packet-ms", str(options.packet_ms)]
    skewed = [sys.executable, str(SKEWED_SERVER), str(options.clock_error)]
    ordinary = ["setpriv", "--bounding-set=-sys_nice", "--", sys.executable, "-m", "moof"]
    launcher = ordinary if options.ordinary_user else skewed if options.clock_error else []
    server += ["--no-follow-listener"] * options.no_follow_listener
    settle = options.settle if options.settle is not None else 60.0 if options.clock_error else 10.0
    seconds = options.minutes * 60 if options.minutes else options.seconds
    answers = ANSWERS if options.answers == "all" else options.answers.split(",")
    formats = product(options.rates.split(","), options.channels.split(","), answers)
    for rate, channels, answer in formats:
        yield Case(
            *(int(rate), int(channels), seconds, settle, options.moving, server),
            *(answer, options.plain, launcher),
        )


def main() -> None:
    """Measure each case and print the table."""
    rows = [REFERENCE, WANTED]
    for case in cases():
        print(f"{case.name}: {case.seconds:.0f} s", file=sys.stderr, flush=True)
        rows.append(measure(case))
        print("  " + " | ".join(rows[-1]), file=sys.stderr, flush=True)
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
