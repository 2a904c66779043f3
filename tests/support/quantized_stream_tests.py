"""What holds of every stream that encodes with a given quantiser; the tests of each stream inherit it."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from moof.media.codecs.quantizedencoder import QuantizedStream

WIDTH, HEIGHT = 128, 96
Planes = list[NDArray[np.uint8]]


def noise_planes(rng: np.random.Generator, step: int = 2) -> Planes:
    """Return random luma (96, 128), and grey chroma of a `step`-th of its width and height."""
    y = rng.integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    return [y, *(np.full((HEIGHT // step, WIDTH // step), 128, np.uint8) for _ in range(2))]


class QuantizedStreamTests:
    """Tests of a stream; a class that inherits them has fixtures `encoder` and `planes`, which it encodes."""

    quantizers: ClassVar[tuple[int, ...]]
    """From a fine one, which leaves a mean error below 1.5, to coarse ones."""
    coarse: ClassVar[int]
    """One that leaves a mean error above 10."""

    @staticmethod
    @abstractmethod
    def error(data: list[bytes], planes: Planes) -> float:
        """Return the mean error of luma in the last picture that a decoder makes of these access units."""

    def test_each_picture_has_the_quantiser_that_was_asked_for(
        self, encoder: QuantizedStream, planes: Planes
    ) -> None:
        units = [encoder.encode(quantizer, key=True) for quantizer in self.quantizers]
        assert all(key for _, key in units)
        sizes = [len(data) for data, _ in units]
        assert sizes == sorted(sizes, reverse=True)
        assert len(set(sizes)) == len(sizes)
        errors = [self.error([data], planes) for data, _ in units]
        assert errors == sorted(errors)
        assert errors[0] < 1.5

    def test_constant_blocks_are_copied(self, encoder: QuantizedStream, planes: Planes) -> None:
        first, _ = encoder.encode(10, key=True)
        planes[0][:, :64] ^= 255
        encoder.constant[:] = 1
        encoder.constant[:, 2:4] = 0
        second, key = encoder.encode(10, key=False)
        assert not key
        before = planes[0].copy()
        before[:, :32] ^= 255  # changed, but named constant
        assert self.error([first, second], [before]) < 1.5

    def test_constant_but_coarse_blocks_are_refined(self, encoder: QuantizedStream, planes: Planes) -> None:
        first, _ = encoder.encode(self.coarse, key=True)
        encoder.constant[:] = 1
        second, _ = encoder.encode(12, key=False)
        assert self.error([first], planes) > 10
        assert self.error([first, second], planes) < 2
        third, _ = encoder.encode(12, key=False)
        assert len(third) < 40

    def test_closing_twice_does_nothing(self, encoder: QuantizedStream) -> None:
        encoder.close()
        encoder.close()
