"""Checks, at each start, that the 68k core's register block has the layout that `musashi` expects.

With a different build of the extension the machine would otherwise not fail, but compute wrong results.
"""

import ctypes
from typing import Final

from moof.mac.musashi import (
    A0,
    CONTEXT_BYTES,
    CPU_TYPE,
    CPU_TYPE_68020,
    D0,
    D1,
    INTERRUPT_LEVEL,
    INTERRUPT_MASK,
    IR,
    PC,
    STOPPED,
    Core,
    CpuError,
)

SCRATCH_BYTES: Final = 0x1_0000
_PROGRAM: Final = bytes.fromhex(
    "203c 11223344"  # 0400  move.l #$11223344,d0
    "207c 00005566"  # 0406  movea.l #$5566,a0
    "7140"  #          040c  EMUL_OP
    "4e72 2000"  #     040e  stop #$2000
)
_HANDLER: Final = bytes.fromhex(
    "7277"  #          0500  moveq #$77,d1
    "7141"  #          0502  EMUL_OP
)


def check_layout(core: Core) -> None:
    """Run a few instructions in scratch memory. Raises CpuError if the registers are not as expected."""
    if core.context_size() != CONTEXT_BYTES:
        raise _mismatch("its size", core.context_size())
    scratch = ctypes.create_string_buffer(SCRATCH_BYTES)
    core.attach(ctypes.addressof(scratch), SCRATCH_BYTES)
    _store(
        scratch, {0x0: b"\0\0\x10\0", 0x4: b"\0\0\4\0", 0x64: b"\0\0\5\0", 0x400: _PROGRAM, 0x500: _HANDLER}
    )
    core.pulse_reset()
    _run_to_emul_op(core)
    _expect(core, {CPU_TYPE: CPU_TYPE_68020, D0: 0x11223344, A0: 0x5566, PC: 0x40E, IR: 0x7140, STOPPED: 0})
    core.execute(1000)
    if not core.words[STOPPED]:
        raise _mismatch("STOP", core.words[STOPPED])
    core.set_irq(1)
    _expect(core, {INTERRUPT_LEVEL: 0x100, INTERRUPT_MASK: 0})
    core.execute(1000)
    _expect(core, {D1: 0x77, PC: 0x504, IR: 0x7141, STOPPED: 0, INTERRUPT_LEVEL: 0, INTERRUPT_MASK: 0x100})
    core.free_memory()


def _run_to_emul_op(core: Core) -> None:
    # The first slice after a reset is used up by the reset.
    for _ in range(3):
        core.execute(1000)
        if core.words[IR] == 0x7140:
            return


def _store(scratch: "ctypes.Array[ctypes.c_char]", pieces: dict[int, bytes]) -> None:
    for address, data in pieces.items():
        ctypes.memmove(ctypes.addressof(scratch) + address, data, len(data))


def _expect(core: Core, words: dict[int, int]) -> None:
    for index, value in words.items():
        if core.words[index] != value:
            raise _mismatch(f"word {index} (expected {value:#x})", core.words[index])


def _mismatch(what: str, found: int) -> CpuError:
    return CpuError(
        f"This build of machine68k keeps its registers elsewhere: {what} is {found:#x}. "
        "Install the exact version that Moof names in its dependencies."
    )
