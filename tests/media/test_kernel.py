import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import moof.media.kernel as kernel_module
import moof.media.warmup
from moof.media.kernel import KERNELS, Kernel, kernel
from moof.media.kernel_signature import INT, NOTHING, READ_U8, WRITE_U8, ints

assert moof.media.warmup  # enters all kernels in the list


def count_set(row: NDArray[np.uint8]) -> int:
    """How many are not zero."""
    count = 0
    for i in range(row.shape[0]):
        count += row[i] != 0
    return count


def bounds(row: NDArray[np.uint8], limit: int) -> tuple[int, int]:
    """The first and the last place, and a number."""
    return row.shape[0] - 1, limit + 1


def fill(row: NDArray[np.uint8], value: int) -> None:
    """Write a value everywhere."""
    for i in range(row.shape[0]):
        row[i] = value


@pytest.fixture(autouse=True)
def _own_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_module, "KERNELS", [])


def test_it_is_called_like_a_function() -> None:
    made: Kernel[[NDArray[np.uint8]], int] = kernel(INT(READ_U8))(count_set)
    assert made(np.array([0, 1, 2], np.uint8)) == 2
    assert made(np.frombuffer(b"\x01\x01\x01", np.uint8)) == 3  # read-only
    assert made.__doc__ == "How many are not zero."
    assert made.name.endswith("count_set")


def test_it_returns_one_integer_several_or_none() -> None:
    row = np.zeros(8, np.uint8)
    assert kernel(ints(2)(READ_U8, INT))(bounds)(row, -(1 << 40)) == (7, 1 - (1 << 40))
    filler: Any = kernel(NOTHING(WRITE_U8, INT))(fill)
    assert filler(row, np.int64(3)) is None
    assert row.tolist() == [3] * 8


def read_only() -> NDArray[np.uint8]:
    row = np.zeros(8, np.uint8)
    row.flags.writeable = False
    return row


@pytest.mark.parametrize(
    "row",
    [
        np.zeros(16, np.uint8)[::2],
        np.zeros((2, 4), np.uint8),
        np.zeros(8, np.int8),
        np.zeros(8, np.uint16),
        read_only(),
        [0, 1],
        None,
    ],
    ids=["strided", "two dimensions", "signed", "wider", "read-only", "list", "none"],
)
def test_other_arrays_are_refused(row: Any) -> None:
    filler: Any = kernel(NOTHING(WRITE_U8, INT))(fill)
    with pytest.raises(TypeError, match="fill"):
        filler(row, 1)


@pytest.mark.parametrize("arguments", [(), (1, 2), (1 << 63,), ("1",), (1.0,), (None,)])
def test_other_numbers_are_refused(arguments: tuple[Any, ...]) -> None:
    filler: Any = kernel(NOTHING(WRITE_U8, INT))(fill)
    with pytest.raises(TypeError):
        filler(np.zeros(8, np.uint8), *arguments)


@pytest.mark.parametrize("made", KERNELS, ids=lambda made: made.name)
def test_its_source_changes_with_the_constants_that_it_uses(
    made: Kernel[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made.source()
    function: Any = made._function
    numbers = [
        name
        for name in function.__code__.co_names
        if isinstance(function.__globals__.get(name), (int, np.integer))
    ]
    assert made.source() == before
    for name in numbers:
        monkeypatch.setitem(function.__globals__, name, 12345)
        assert made.source() != before


def test_its_source_has_its_parts() -> None:
    (convert,) = (each for each in KERNELS if each.name == "i420.convert")
    for name in ("_convert_area", "_luma", "next_run"):  # of itself, of a part, of another module
        assert f"'{name}', b" in convert.source()


def test_a_process_with_compiled_kernels_imports_no_compiler() -> None:
    for made in KERNELS:
        made.compile()
    script = (
        "import sys, moof.media.warmup as w; w.make_kernels_ready(); "
        "print(*{'numba', 'llvmlite'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not answer.stdout.strip()
