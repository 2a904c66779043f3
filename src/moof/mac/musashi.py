"""The 68k core Musashi, called through ctypes on the shared object of the machine68k extension.

Calls through ctypes release the GIL while 68k code runs, which the extension's own methods do not. In return
this module relies on the layout of Musashi's register block (`m68ki_cpu`): `core_check` checks it at each
start, and the package's version is pinned.

There is one core per process, because its state is global. `cpu` has the CPU that is built on it.
"""

import ctypes
import importlib.util
from typing import Final

from moof.mac.errors import MacError

# Words of m68ki_cpu (uint32 each): D0-D7 and A0-A7 follow each other.
CPU_TYPE: Final = 0
D0: Final = 1
D1: Final = 2
D2: Final = 3
A0: Final = 9
A7: Final = 16
PC: Final = 34
IR: Final = 47
INTERRUPT_MASK: Final = 92
INTERRUPT_LEVEL: Final = 93
STOPPED: Final = 94
CONTEXT_BYTES: Final = 592
SAVED_WORDS: Final = 97
"""The words that are the CPU's own: registers, flags, interrupt level, STOP, prefetch. Behind them are masks,
which the model sets, and pointers into this process (Musashi's m68kcpu.h, m68ki_cpu_core)."""

FLAG_VALUES: Final = {
    83: (0, 0x8000),  # T1
    84: (0, 0x4000),  # T0
    85: (0, 4),  # S
    86: (0, 2),  # M
    INTERRUPT_MASK: range(0, 0x701, 0x100),
    INTERRUPT_LEVEL: range(0, 0x701, 0x100),
    STOPPED: (0, 1),
}
"""What these words can be."""

MODEL_68020: Final = 4  # for cpu_init
CPU_TYPE_68020: Final = 0x10  # the value of word CPU_TYPE after cpu_init(MODEL_68020)

# EMUL_OPs are MOVEQ with bit 8 set, which is illegal on every 68k; guest code calls the host with them.
EMUL_OPS: Final = range(0x7100, 0x7200)


class CpuError(MacError):
    """The 68k core cannot be used."""


class Core:
    """The functions and variables of Musashi that the machine uses, from the extension's shared object.

    Only `execute` may take long, so only it releases the GIL; for the others, releasing it would cost more
    than the call. Raises CpuError if the extension is not installed.
    """

    def __init__(self) -> None:
        spec = importlib.util.find_spec("machine68k")
        if spec is None or spec.origin is None:
            raise CpuError(
                "The 68k core is not installed: install machine68k-amifuse, which Moof depends on."
            )
        without_gil, with_gil = ctypes.CDLL(spec.origin), ctypes.PyDLL(spec.origin)
        self.words = (ctypes.c_uint32 * (CONTEXT_BYTES // 4)).in_dll(without_gil, "m68ki_cpu")
        self.remaining_cycles = ctypes.c_int32.in_dll(without_gil, "m68ki_remaining_cycles")
        self.execute = _function(without_gil.m68k_execute, ctypes.c_int)
        self.init = _function(with_gil.cpu_init, ctypes.c_uint)
        self.init_memory = _function(without_gil.mem_init, ctypes.c_uint, ctypes.c_void_p)
        self.free_memory = _function(with_gil.mem_free)
        self.pulse_reset = _function(with_gil.m68k_pulse_reset)
        self.set_irq = _function(with_gil.m68k_set_irq, ctypes.c_uint)
        self.context_size = _function(with_gil.m68k_context_size)
        self._set_invalid_handler = _function(with_gil.mem_set_invalid_func, ctypes.c_void_p, ctypes.c_void_p)
        self._jump_table = (ctypes.c_void_p * 0x10000).in_dll(without_gil, "m68ki_instruction_jump_table")
        self._end_timeslice = ctypes.cast(without_gil.m68k_end_timeslice, ctypes.c_void_p).value
        # Any function without side effects can be the handler that ignores accesses beyond 256 MB: the core's
        # own handler prints each one.
        self._ignore = ctypes.cast(without_gil.mem_raw_size, ctypes.c_void_p).value

    def attach(self, address: int, length: int) -> None:
        """Pass the core its memory (host address, bytes: a multiple of 64 KiB), which it sets to zero."""
        self.init(MODEL_68020)
        self.init_memory(length // 1024, address)
        self._set_invalid_handler(self._ignore, None)
        for opcode in EMUL_OPS:
            self._jump_table[opcode] = self._end_timeslice


def _function(symbol: "ctypes._NamedFuncPointer", *arguments: type) -> "ctypes._NamedFuncPointer":
    symbol.argtypes = arguments
    return symbol
