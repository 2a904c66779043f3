"""Records the sound that a page plays, and analyses it."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

RECORDER = Path(__file__).parent / "page" / "record_audio.js"


def start_recording(page: Page) -> None:
    """Start to record what the page's audio track delivers."""
    page.evaluate(RECORDER.read_text())


def stop_recording(page: Page) -> tuple[int, NDArray[np.int16]]:
    """Stop, and return the sampling rate in Hz and the left channel, int16 (n,)."""
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


def record(page: Page, seconds: float) -> tuple[int, NDArray[np.int16]]:
    """Record for so long; return the sampling rate in Hz and the left channel, int16 (n,)."""
    start_recording(page)
    time.sleep(seconds)
    return stop_recording(page)


def strongest_frequency(samples: NDArray[np.int16], rate: int) -> float:
    """Return the frequency in Hz of the spectrum's largest magnitude."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * rate / samples.size)


def phase_breaks(samples: NDArray[np.int16], rate: int, hertz: float) -> int:
    """Count the places where the phase of a sine of that frequency moves by more than 0.2 rad in 5 ms."""
    block = rate // 200
    blocks = samples[: samples.size // block * block].reshape(-1, block).astype(np.float64)
    carrier = np.exp(-2j * np.pi * hertz * np.arange(blocks.size) / rate).reshape(blocks.shape)
    phasor = (blocks * carrier).sum(axis=1)
    steps = np.angle(phasor[1:] * np.conj(phasor[:-1]))
    steps -= np.median(steps)
    jumps = np.abs(steps) > 0.2
    return int(np.count_nonzero(jumps[1:] & ~jumps[:-1]) + jumps[:1].sum())
