"""Compiles a kernel with numba and links it. Imported only by a process that finds no compiled one."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any, Final

import numpy as np
from llvmlite import binding
from numba import njit, types

from moof.machine_code import CodeImage, LinkError, emit_object, link
from moof.media.kernel_signature import PARTS, ArrayType, Integers, Signature

# Without numba's own memory and exceptions, which need numba at run time: such a kernel is not compiled.
_OPTIONS: Final[dict[str, Any]] = {
    "_nrt": False,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}

_ENTRY: Final = "moof_entry"
_DATA: Final = object.__basicsize__
"""Where the address of its elements is in numpy's object: behind the head that all objects have."""
_DIMENSIONS: Final = _DATA + 16  # behind the number of dimensions
_ARRAY: Final = """\
  %array{0} = load ptr, ptr %at{0}
  %data_at{0} = getelementptr i8, ptr %array{0}, i64 {1}
  %data{0} = load ptr, ptr %data_at{0}
  %dimensions_at{0} = getelementptr i8, ptr %array{0}, i64 {2}
  %dimensions{0} = load ptr, ptr %dimensions_at{0}
  %n{0} = load i64, ptr %dimensions{0}
"""


def compile_function(function: FunctionType, signature: Signature) -> CodeImage:
    """Return the machine code of a function, which is called as numba calls it.

    Raises LinkError if it needs numba at run time; numba's errors if it cannot be compiled.
    """
    numba_signature = _numba_result(signature.result)(*map(_numba_type, signature.arguments))
    dispatcher = njit(numba_signature, **_OPTIONS)(_with_compiled_parts(function, {}))
    (compiled,) = dispatcher.overloads.values()
    name = compiled.fndesc.llvm_func_name
    text = "".join(_entry(name, signature))
    module = binding.parse_assembly(f"{compiled.library.get_llvm_str()}\n{text}")
    found = [str(each.type) for each in module.get_function(name).arguments]
    if found != [*_numba_words(signature)]:
        raise LinkError(f"numba passes arguments in another way: {found}")
    return link(emit_object(module), _ENTRY)


def _numba_words(signature: Signature) -> Iterator[str]:
    """Yield the LLVM types by which numba passes a result, an exception and the arguments.

    An array is an owner, a parent, a size, bytes an element, an address, a shape and strides.
    """
    yield from ("ptr", "ptr")
    for each in signature.arguments:
        array = ("ptr", "ptr", "i64", "i64", "ptr", "i64", "i64")
        yield from array if isinstance(each, ArrayType) else ("i64",)


def _entry(name: str, signature: Signature) -> Iterator[str]:
    """Yield the function, in LLVM's language, that calls a kernel with arguments from memory.

    It takes the address and the size of an array from numpy's object (PyArrayObject_fields of numpy's C API):
    to ask for them in Python takes microseconds.
    """
    yield f"define i32 @{_ENTRY}(ptr %words, ptr %result) {{\n"
    passed = ["ptr %result", "ptr null"]
    for place, kind in enumerate(signature.arguments):
        yield f"  %at{place} = getelementptr i64, ptr %words, i64 {place}\n"
        if isinstance(kind, ArrayType):
            itemsize = np.dtype(kind.dtype).itemsize
            yield _ARRAY.format(place, _DATA, _DIMENSIONS)
            passed += ("ptr null", "ptr null", f"i64 %n{place}", f"i64 {itemsize}")
            passed += (f"ptr %data{place}", f"i64 %n{place}", f"i64 {itemsize}")
        else:
            yield f"  %n{place} = load i64, ptr %at{place}\n"
            passed.append(f"i64 %n{place}")
    yield f'  %status = call i32 @"{name}"({", ".join(passed)})\n  ret i32 %status\n}}\n'


def _with_compiled_parts(function: FunctionType, made: dict[FunctionType, Any]) -> FunctionType:
    """Return the function with its parts in numba's form, which its global names must have."""
    names = dict(function.__globals__)
    for name in function.__code__.co_names:
        value = names.get(name)
        if isinstance(value, FunctionType) and value in PARTS:
            if value not in made:
                made[value] = njit(**_OPTIONS)(_with_compiled_parts(value, made))
            names[name] = made[value]
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    copy.__module__ = function.__module__
    return copy


def _numba_type(kind: ArrayType | Integers) -> Any:
    if isinstance(kind, Integers):
        return types.intp
    element = types.boolean if kind.dtype == "bool" else getattr(types, kind.dtype)
    return types.Array(element, 1, "C", readonly=not kind.writable)


def _numba_result(result: Integers) -> Any:
    if result.is_tuple:
        return types.UniTuple(types.intp, result.count)  # type: ignore[no-untyped-call]
    return types.intp if result.count else types.void
