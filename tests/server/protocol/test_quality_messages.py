"""What a page may ask of its own picture, and what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.media.codecs import PictureQuality
from moof.server.protocol.messages import SignalingError, parse
from moof.server.protocol.quality_messages import MAX_LIMIT, MIN_LIMIT, QUALITIES, QualityRequest
from moof.server.viewers import UNLIMITED_BITRATE


def test_the_names_are_those_of_the_encoders_qualities() -> None:
    assert [each.value for each in PictureQuality] == list(QUALITIES)
    assert UNLIMITED_BITRATE == MAX_LIMIT


@given(st.sampled_from(QUALITIES), st.none() | st.integers(MIN_LIMIT, MAX_LIMIT))
def test_a_request_is_parsed(quality: Any, limit: int | None) -> None:
    text = json.dumps({"type": "quality", "quality": quality, "limit": limit})
    assert parse(text) == QualityRequest(quality, limit)


def test_what_is_left_out_is_the_default() -> None:
    assert parse('{"type": "quality"}') == QualityRequest("sharp", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"quality": "best"},
        {"quality": 1},
        {"quality": None},
        {"limit": MIN_LIMIT - 1},
        {"limit": MAX_LIMIT + 1},
        {"limit": -1},
        {"limit": 0},
        {"limit": 1e6},
        {"limit": "1000000"},
        {"limit": True},
        {"limit": float("nan")},
        {"limit": float("inf")},
        {"limit": 10**400},
        {"limit": [1_000_000]},
    ],
)
def test_other_values_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(SignalingError):
        parse(json.dumps({"type": "quality", **fields}))
