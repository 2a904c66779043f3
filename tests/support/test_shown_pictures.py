"""The figures of `shown_pictures`."""

import math

import numpy as np

from support.shown_pictures import medians, picture_error


def test_an_equal_picture_is_exact() -> None:
    picture = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    assert picture_error(picture, picture.copy()) == "exact"


def test_another_picture_has_its_wrong_pixels_and_its_psnr() -> None:
    drawn = np.zeros((4, 5, 3), np.uint8)
    shown = drawn.copy()
    shown[0, 0] = 255
    assert picture_error(shown, drawn) == "5.0%, 13.0 dB"


def test_another_size_is_named() -> None:
    assert picture_error(np.zeros((4, 6, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)) == "6x4"


def test_medians_leave_out_what_could_not_be_measured() -> None:
    found = medians([{"a": 3.0, "b": math.nan}, {"a": 1.0, "b": math.nan}, {"a": 2.0, "b": math.nan}])
    assert found["a"] == 2.0
    assert math.isnan(found["b"])
