"""Pixel kernels: loops that are compiled once, for one signature, and run without numba and without the GIL.

numba compiles a loop in the first process that calls it; the code is kept in a file (moof.machine_code), and
other processes run it through ctypes. So a kernel allocates nothing and raises nothing: it gets the memory
that it works in as arguments. It may use global integers and functions marked as `part`. `Kernel` states the
only signature; the functions that call it bring every picture into that shape (see `raster`).
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from struct import Struct
from struct import error as StructError  # noqa: N812
from types import FunctionType
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast

import numpy as np

from moof.machine_code import CodeImage, Executable, cached_code
from moof.media.kernel_signature import ArrayType, Signature, sources

P = ParamSpec("P")
R = TypeVar("R")

_PROTOTYPE: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
"""Of compiled kernels: arguments (8 bytes each: an integer, or the address of an array's object), result."""


class Kernel(Generic[P, R]):
    """A compiled loop with one signature; called like the function it was made from."""

    def __init__(self, function: Callable[P, R], signature: Signature) -> None:
        self.name = f"{function.__module__.removeprefix('moof.media.')}.{function.__name__.lstrip('_')}"
        self.__doc__ = function.__doc__
        self._function = cast(FunctionType, function)
        self._signature = signature
        self._arrays = [
            (place, each, np.dtype(each.dtype))
            for place, each in enumerate(signature.arguments)
            if isinstance(each, ArrayType)
        ]
        self._words = Struct(f"{len(signature.arguments)}q")
        self._result_type = ctypes.c_int64 * max(signature.result.count, 1)
        self._executable: Executable | None = None
        self._compiled: Callable[..., int] | None = None
        self._compiling = threading.Lock()

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> R:
        """Run, after compiling if this is the first call. Raises TypeError for other arguments."""
        compiled = self._compiled or self.compile()
        words: list[Any] = list(arguments)
        for place, kind_of_array, dtype in self._arrays:
            if not kind_of_array.fits(words[place], dtype):
                raise TypeError(f"{self.name}: {_described(words[place])} is no {kind_of_array}")
            words[place] = id(words[place])
        result = self._result_type()
        try:
            packed = self._words.pack(*words)
        except StructError as error:
            raise TypeError(f"{self.name}: {error}") from error
        if compiled(packed, result):
            raise RuntimeError(f"kernel {self.name} failed")  # none has a statement that could
        kind = self._signature.result
        return cast(R, tuple(result) if kind.is_tuple else result[0] if kind.count else None)

    def compile(self) -> Callable[..., int]:
        """Load the machine code from its file or compile it; later calls return at once."""
        with self._compiling:
            if self._compiled is None:
                self._executable = Executable(cached_code(self.name, self.source(), self._make))
                self._compiled = _PROTOTYPE(self._executable.entry)
            return self._compiled

    def source(self) -> str:
        """Return all that its machine code is made from, as text."""
        return repr((self._signature, *sources(self._function)))

    def _make(self) -> CodeImage:
        from moof.media.kernel_compiler import compile_function

        return compile_function(self._function, self._signature)


def _described(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} with strides {value.strides}"
    return type(value).__name__


KERNELS: list[Kernel[..., Any]] = []


def kernel(signature: Signature) -> Callable[[Callable[P, R]], Kernel[P, R]]:
    """Decorate a loop with its only signature and add it to the list of `warmup`."""

    def decorate(function: Callable[P, R]) -> Kernel[P, R]:
        made = Kernel(function, signature)
        KERNELS.append(made)
        return made

    return decorate
