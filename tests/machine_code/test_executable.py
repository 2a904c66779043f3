import ctypes
from pathlib import Path

import pytest

from machine_code.llvm_code import CALLS, TABLE, compiled
from moof.machine_code import Executable


def function(executable: Executable) -> "ctypes._FuncPointer":
    return ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(executable.entry)


def test_code_finds_its_constants() -> None:
    executable = Executable(compiled(TABLE))
    assert [function(executable)(index) for index in range(4)] == [3, 5, 7, 11]


def test_code_calls_the_c_library_and_reads_what_it_is_given() -> None:
    outside = ctypes.c_int64(100)
    executable = Executable(compiled(CALLS), {"outside": ctypes.addressof(outside)})
    assert function(executable)(-7) == 107
    outside.value = 200
    assert function(executable)(-7) == 207


def test_a_symbol_that_nobody_has_is_an_error() -> None:
    with pytest.raises(AttributeError, match="outside"):
        Executable(compiled(CALLS))


def test_executable_memory_cannot_be_written() -> None:
    executable = Executable(compiled(TABLE))
    for line in Path("/proc/self/maps").read_text().splitlines():
        places, rights = line.split()[:2]
        start, end = (int(each, 16) for each in places.split("-"))
        if start <= executable.entry < end:
            assert rights == "r-xp"
            return
    pytest.fail("the code is not mapped")
