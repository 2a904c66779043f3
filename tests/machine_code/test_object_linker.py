import pytest

from machine_code.llvm_code import CALLS, TABLE, compiled, compiled_object
from moof.machine_code import LinkError, link

VARIABLE = """
@count = internal global i64 1
define i64 @entry(i64 %more) {
  %count = load i64, ptr @count
  %sum = add i64 %count, %more
  store i64 %sum, ptr @count
  ret i64 %sum
}
"""


def test_equal_objects_become_equal_code() -> None:
    assert compiled(TABLE) == compiled(TABLE)
    assert not compiled(TABLE).slots


def test_symbols_outside_have_slots_at_the_end() -> None:
    image = compiled(CALLS)
    assert set(image.slots) == {"labs", "outside"}
    assert max(image.slots.values()) == len(image.code) - 8
    assert image.entry == 0


def test_variables_are_refused() -> None:
    with pytest.raises(LinkError, match="variable"):
        compiled(VARIABLE)


def test_a_missing_function_is_an_error() -> None:
    with pytest.raises(LinkError, match="no function main"):
        link(compiled_object(TABLE), "main")


@pytest.mark.parametrize("data", [b"", b"\x7fELF\x01\x01" + bytes(99), b"#!/bin/sh"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(LinkError, match="not an ELF object"):
        link(data, "entry")


def test_other_processors_are_refused() -> None:
    other = compiled_object(TABLE, "riscv64-unknown-linux-gnu")
    with pytest.raises(LinkError, match="no processor"):
        link(other, "entry")


@pytest.mark.parametrize("text", [TABLE, CALLS])
def test_objects_for_arm_are_linked(text: str) -> None:
    """No such processor runs here: test_relocations reads the instructions."""
    image = link(compiled_object(text, "aarch64-unknown-linux-gnu"), "entry")
    assert len(image.code) > 8
