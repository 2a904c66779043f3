"""Pixel kernels: loops that numba compiles once, for one signature, and that run without the GIL.

numba would compile a function again for each array layout. A `Kernel` states its only signature; the
functions that call it bring every picture into that shape (see `raster`). It is compiled at the first call or
by `warmup`, and the result is cached on disk, next to the source or in the user's numba cache.

numba detects a changed kernel by its own file only, so a kernel's file contains all functions that it calls.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any, Final, Generic, ParamSpec, TypeVar

from numba import njit, types

P = ParamSpec("P")
R = TypeVar("R")

LOG: Final = logging.getLogger(__name__)

INT = types.intp
NOTHING = types.void
# Arguments that a kernel only reads are declared read-only: numba accepts writable arrays for them, too.
READ_U8 = types.Array(types.uint8, 1, "C", readonly=True)
READ_U32 = types.Array(types.uint32, 1, "C", readonly=True)
READ_I32 = types.Array(types.int32, 1, "C", readonly=True)
WRITE_U8 = types.Array(types.uint8, 1, "C")
WRITE_U32 = types.Array(types.uint32, 1, "C")
WRITE_I64 = types.Array(types.int64, 1, "C")
READ_BOOL = types.Array(types.boolean, 1, "C", readonly=True)


def ints(count: int) -> Any:
    """Return the numba type of a tuple of `count` machine integers."""
    return types.UniTuple(INT, count)  # type: ignore[no-untyped-call]


# Part of a kernel: compiled into the kernels of its own file, never called from Python.
part = njit(nogil=True)


class Kernel(Generic[P, R]):
    """A compiled loop with one signature; called like the function it was made from."""

    def __init__(self, function: Callable[P, R], signature: Any) -> None:
        self.name = f"{function.__module__.removeprefix('moof.media.')}.{function.__name__.lstrip('_')}"
        self.__doc__ = function.__doc__
        self._function = function
        self._signature = signature
        self._compiled: Callable[P, R] | None = None
        self._compiling = threading.Lock()

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> R:
        """Run, after compiling if this is the first call."""
        compiled = self._compiled or self.compile()
        return compiled(*arguments, **named)

    def compile(self) -> Callable[P, R]:
        """Load the machine code from the cache or compile it; later calls return at once."""
        with self._compiling:
            if self._compiled is None:
                self._compiled = self._make()
            return self._compiled

    def _make(self) -> Callable[P, R]:
        compiled: Callable[P, R]
        try:
            compiled = njit(self._signature, nogil=True, cache=True)(self._function)
        except RuntimeError as error:
            # No writable folder for a cache (read-only home): compile for this process only.
            LOG.warning("Kernel %s cannot be cached: %s", self.name, error)
            compiled = njit(self._signature, nogil=True)(self._function)
        return compiled


KERNELS: list[Kernel[..., Any]] = []


def kernel(signature: Any) -> Callable[[Callable[P, R]], Kernel[P, R]]:
    """Decorate a loop with its only numba signature and add it to the list of `warmup`."""

    def decorate(function: Callable[P, R]) -> Kernel[P, R]:
        made = Kernel(function, signature)
        KERNELS.append(made)
        return made

    return decorate
