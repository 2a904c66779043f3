"""What a fuzz target is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

Feed = Callable[[bytes], None]
"""Gives a message to the code under test. It suppresses the errors that this code documents; every other
exception is a finding."""


@dataclass(frozen=True)
class FuzzTarget:
    """An input of Moof.

    Attributes:
        open: prepares the code under test; the context's value feeds it messages.
        seeds: messages that it accepts, which the fuzzer starts from.
    """

    open: Callable[[], contextlib.AbstractContextManager[Feed]]
    seeds: tuple[bytes, ...]
