"""No encoder keeps real-time priority, whoever runs it."""

import os
from pathlib import Path

import numpy as np
import pytest

from moof.media.codecs import CODECS
from moof.media.codecs.scheduling import ordinary_scheduling


def policies() -> set[int]:
    return {os.sched_getscheduler(int(task.name)) for task in Path("/proc/self/task").iterdir()}


@pytest.mark.parametrize("name", [name for name, codec in CODECS.items() if codec.make is not None])
def test_threads_stay_ordinary(name: str) -> None:
    make = CODECS[name].make
    assert make is not None
    encoder = make(64, 48, 60)
    encoder.encode(np.zeros((48, 64, 4), np.uint8), None, 0, key=True)
    assert policies() == {os.SCHED_OTHER}
    encoder.close()
    assert policies() == {os.SCHED_OTHER}


def test_real_time_taken_in_the_block_is_given_back() -> None:
    with ordinary_scheduling():
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        except PermissionError:
            return  # who may not take it has nothing to give back
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
