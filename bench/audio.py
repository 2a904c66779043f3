"""Sound: what a headless Chromium conceals, stretches and breaks, per guest format, beside figures to beat.

`python bench/audio.py --seconds 150` plays a 1 kHz sine from an IPC v4 source through the server and prints a
Markdown table. A break is a place in the recorded sound where the sine's phase jumps. Measure when nothing
else runs.
"""

from __future__ import annotations

import argparse
import base64
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from stage import HERE, Stage, cpu_seconds, stage, table

REFERENCE = ["C++ server, 44100 stereo, 150 s", "49.5", "4368", "0.94 % of all", "-", "51", "3", "-", "-"]


@dataclass
class Heard:
    """The page's own counters, in samples at 48 kHz, and milliseconds."""

    received: float
    concealed: float
    inserted: float
    removed: float
    jitter_buffer_ms: float
    packets: float


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
    emitted = max(1, found.get("jitterBufferEmittedCount", 1))
    return Heard(
        received=found.get("totalSamplesReceived", 0),
        concealed=found.get("concealedSamples", 0) - found.get("silentConcealedSamples", 0),
        inserted=found.get("insertedSamplesForDeceleration", 0),
        removed=found.get("removedSamplesForAcceleration", 0),
        jitter_buffer_ms=found.get("jitterBufferDelay", 0) / emitted * 1000,
        packets=found.get("packetsReceived", 0),
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


def measure(rate: int, channels: int, seconds: float) -> list[str]:
    """One format: a row of the table."""
    command = [sys.executable, str(HERE / "tone_source.py"), "--rate", str(rate), "--channels", str(channels)]
    with stage(command, "h264") as on_stage:
        on_stage.page.wait_for_function("() => window.moof?.pc?.connectionState === 'connected'")
        time.sleep(5)
        on_stage.page.evaluate((HERE / "record_sound.js").read_text())
        before, cpu, began = heard(on_stage), cpu_seconds(on_stage.server.pid), time.monotonic()
        time.sleep(seconds)
        after, elapsed = heard(on_stage), time.monotonic() - began
        cpu = cpu_seconds(on_stage.server.pid) - cpu
        sample_rate, samples = recorded(on_stage.page)
        total = max(1.0, after.received - before.received)
        audio = on_stage.status()["audio"]
        return [
            f"{rate} Hz, {'stereo' if channels == 2 else 'mono'}, {elapsed:.0f} s",
            f"{(after.packets - before.packets) / elapsed:.2f}",
            f"{after.concealed - before.concealed:.0f}",
            f"{after.inserted - before.inserted:.0f} ({(after.inserted - before.inserted) / total:.4%})",
            f"{after.removed - before.removed:.0f}",
            f"{after.jitter_buffer_ms:.0f}",
            f"{phase_breaks(samples, sample_rate, 1000.0)}",
            f"{audio.get('response_ms_p50', 0):.2f}/{audio.get('response_ms_p99', 0):.2f}",
            f"{cpu / elapsed:.1%}",
        ]


HEAD = ["format", "packets/s", "concealed", "inserted", "removed", "jitter buffer ms", "breaks"]
HEAD += ["answer p50/p99 ms", "server CPU"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rates", default="44100", help="comma-separated guest rates in Hz")
    arguments.add_argument("--channels", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=150.0)
    options = arguments.parse_args()
    rows = [REFERENCE]
    for rate in options.rates.split(","):
        print(f"measuring {rate} Hz for {options.seconds:.0f} s …", file=sys.stderr)
        rows.append(measure(int(rate), options.channels, options.seconds))
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
