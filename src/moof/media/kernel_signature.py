"""What a kernel consists of, for its caller and its compiler: the types of its arguments, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Final, TypeVar, cast

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ArrayType:
    """An argument: a contiguous array of one dimension; `dtype` is numpy's name of its elements' type."""

    dtype: str
    writable: bool = False

    def fits(self, array: Any, dtype: np.dtype[Any]) -> bool:
        """Return whether it is an array of this type; `dtype` as numpy's object saves a microsecond."""
        if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != 1:
            return False
        flags = array.flags
        return flags.c_contiguous and flags.aligned and (flags.writeable or not self.writable)


@dataclass(frozen=True, slots=True)
class Integers:
    """A result of so many machine integers: a tuple, one, or None. Called with arguments, it is a signature.

    INT is an argument, too: one machine integer.
    """

    count: int
    is_tuple: bool = False

    def __call__(self, *arguments: ArrayType | Integers) -> Signature:
        """Return the signature of a kernel with this result."""
        return Signature(self, arguments)


@dataclass(frozen=True, slots=True)
class Signature:
    """A kernel's result and its arguments."""

    result: Integers
    arguments: tuple[ArrayType | Integers, ...]


INT: Final = Integers(1)
NOTHING: Final = Integers(0)
READ_U8: Final = ArrayType("uint8")
READ_U32: Final = ArrayType("uint32")
READ_I32: Final = ArrayType("int32")
READ_BOOL: Final = ArrayType("bool")
WRITE_U8: Final = ArrayType("uint8", writable=True)
WRITE_U32: Final = ArrayType("uint32", writable=True)
WRITE_I16: Final = ArrayType("int16", writable=True)
WRITE_I64: Final = ArrayType("int64", writable=True)


def ints(count: int) -> Integers:
    """Return the type of a tuple of `count` machine integers."""
    return Integers(count, is_tuple=True)


PARTS: Final[set[Callable[..., Any]]] = set()
"""Functions that are compiled into the kernels that call them."""


def part(function: F) -> F:
    """Mark a part of kernels, which Python itself never calls."""
    PARTS.add(function)
    return function


def sources(function: Callable[..., Any]) -> Iterator[Any]:
    """Yield what a function consists of: its own code, its global integers, and its parts."""
    code = cast(FunctionType, function).__code__
    yield code.co_name, code.co_code, code.co_consts, code.co_names, code.co_varnames
    for name in code.co_names:
        value = cast(FunctionType, function).__globals__.get(name)
        if isinstance(value, FunctionType) and value in PARTS:
            yield from sources(value)
        elif isinstance(value, (int, np.integer)):
            yield name, value
