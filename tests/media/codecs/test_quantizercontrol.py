"""Rate control with pictures whose sizes follow a formula."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.media.codecs.picture_quality import PictureQuality
from moof.media.codecs.quantizercontrol import (
    COARSEST,
    COARSEST_KEY,
    FINEST,
    QUANTIZERS,
    QuantizerControl,
    Work,
)

FPS, MACROBLOCKS, BITRATE = 60, 400, 900_000


@dataclass
class Screen:
    """Encodes: a macroblock costs `bits` at the finest quantiser, half for each `halving` coarser ones."""

    bits: float = 300.0
    halving: float = 9.0
    bitrate: int = BITRATE
    quantizers: NDArray[np.int64] = field(default_factory=lambda: np.full(MACROBLOCKS, COARSEST))

    def __post_init__(self) -> None:
        self.control = QuantizerControl(self.bitrate, FPS, MACROBLOCKS)
        self.total = 0

    def cost(self, quantizer: int) -> float:
        return self.bits * float(2 ** ((FINEST - quantizer) / self.halving))

    def key(self) -> int:
        quantizer = self.control.key()
        bits = int(self.cost(quantizer) * MACROBLOCKS)
        while not self.control.key_fits(bits, quantizer):
            quantizer = self.control.key(quantizer)
            bits = int(self.cost(quantizer) * MACROBLOCKS)
        self.control.key_sent(bits)
        self.quantizers[:] = quantizer
        self.total += bits
        return bits

    def picture(self, changed: int, seconds: float = 1 / FPS) -> int:
        self.control.pass_time(seconds)
        still = self.quantizers[changed:]
        work = Work(changed, np.bincount(still[still > FINEST], minlength=QUANTIZERS))
        quantizer = self.control.next(work)
        assert FINEST <= quantizer <= COARSEST
        coarser = np.bincount(still[still > quantizer], minlength=QUANTIZERS)
        refined = sum(n * (self.cost(quantizer) - self.cost(old)) for old, n in enumerate(coarser) if n)
        bits = int(changed * self.cost(quantizer) + refined) + 270
        self.control.sent(work, quantizer, bits)
        self.quantizers[changed:] = np.minimum(still, quantizer)
        self.quantizers[:changed] = quantizer
        self.total += bits
        return quantizer


def test_steps_are_counted_from_each_quantiser() -> None:
    coarse = np.zeros(QUANTIZERS, np.int64)
    coarse[20], coarse[30] = 5, 2
    steps = Work(0, coarse).steps
    assert (steps[30], steps[29], steps[20], steps[19], steps[10]) == (0, 2, 20, 27, 90)


@given(
    st.lists(st.tuples(st.integers(0, MACROBLOCKS), st.integers(1, 40)), min_size=1, max_size=12),
    st.floats(1, 2000),
    st.floats(5, 14),
    st.sampled_from([BITRATE // 3, BITRATE, 3 * BITRATE]),
)
@settings(deadline=None, max_examples=30)
def test_the_rate_is_kept(runs: list[tuple[int, int]], bits: float, halving: float, bitrate: int) -> None:
    screen = Screen(bits, halving, bitrate)
    worst = screen.key()
    for changed, count in runs:
        for _ in range(count):
            before = screen.total
            screen.picture(changed)
            worst = max(worst, screen.total - before)
    # What is too much even at its coarsest cannot be helped.
    most = sum(count * max(bitrate / FPS, changed * screen.cost(COARSEST) + 300) for changed, count in runs)
    assert screen.total <= most + screen.control.capacity + 2 * worst


@given(st.floats(1, 2000), st.floats(5, 14))
@settings(deadline=None, max_examples=60)
def test_key_frames_fill_the_bucket_at_most(bits: float, halving: float) -> None:
    screen = Screen(bits, halving)
    for _ in range(3):
        assert screen.key() <= max(screen.control.capacity, screen.cost(COARSEST_KEY) * MACROBLOCKS)


@given(
    st.floats(1, 600),
    st.integers(0, MACROBLOCKS),
    st.sampled_from([BITRATE // 20, BITRATE // 7, BITRATE]),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_static_picture_becomes_fine(bits: float, changed: int, bitrate: int, poor: bool) -> None:
    screen = Screen(bits)
    screen.key()
    if poor:
        screen.control.bitrate = bitrate
    for _ in range(20):
        screen.picture(changed)
    rested = 0
    while screen.quantizers.max() > FINEST:
        screen.picture(0)
        rested += 1
        assert rested < FPS * 60
    if screen.control.bitrate == BITRATE:
        assert rested <= FPS * 3 // 4
    assert screen.picture(0) == FINEST


def test_cheap_motion_is_as_fine_as_it_gets() -> None:
    screen = Screen(bits=10)
    screen.key()
    seen = [screen.picture(180) for _ in range(60)]
    assert set(seen[20:]) == {FINEST}


def test_quantiser_follows_the_bitrate() -> None:
    screen = Screen(bits=200)
    screen.key()

    def mean(bitrate: int) -> float:
        screen.control.bitrate = bitrate
        return float(np.mean([screen.picture(180) for _ in range(120)][60:]))

    usual, poor, again = mean(BITRATE), mean(BITRATE // 8), mean(BITRATE)
    assert usual < 25 < poor
    assert abs(again - usual) < 2


def test_small_change_is_fine_at_once() -> None:
    screen = Screen(bits=600)
    screen.key()
    while screen.quantizers.max() > FINEST:
        screen.picture(0)
    screen.picture(0, seconds=1)
    assert screen.picture(4) == FINEST


def test_a_lower_quality_is_coarser_and_takes_fewer_bits() -> None:
    sharp, saving = Screen(), Screen()
    level = PictureQuality.SAVING.level
    saving.control.set_quality(round(BITRATE * level.share), level.finest)
    for screen in (sharp, saving):
        screen.key()
        for _ in range(120):
            screen.picture(40)
        for _ in range(120):
            screen.picture(0)
    assert saving.total < level.share * 2 * sharp.total
    assert (sharp.quantizers.max(), saving.quantizers.min()) == (FINEST, level.finest)
    assert saving.quantizers.max() == level.finest
