"""The message about a viewer's latency, as a page sends it. Its path through the server: test_messages.py."""

import dataclasses
import json

import pytest

from moof.server.protocol.latency_messages import Latency, PathTimes
from moof.server.protocol.messages import SignalingError, parse

TIMES = {part.name: 2.5 for part in dataclasses.fields(PathTimes)}


def report(samples: int, times: dict[str, float]) -> str:
    return json.dumps(
        {"type": "latency", "samples": samples, "clockOffset": 12.5, "median": times, "late": times}
    )


def test_report_has_the_names_of_the_wire() -> None:
    times = PathTimes(**TIMES)
    assert parse(report(3, TIMES)) == Latency(3, 12.5, times, times)


@pytest.mark.parametrize(("samples", "total"), [(0, 1.0), (1001, 1.0), (1, -1.0), (1, 120_001.0)])
def test_values_out_of_range_are_errors(samples: int, total: float) -> None:
    with pytest.raises(SignalingError):
        parse(report(samples, {**TIMES, "total": total}))
