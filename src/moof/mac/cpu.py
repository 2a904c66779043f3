"""The CPU: runs 68020 code in guest memory, one slice at a time."""

import threading

from moof.mac.core_check import check_layout
from moof.mac.memory import BLOCK_BYTES, GuestMemory
from moof.mac.musashi import INTERRUPT_MASK, IR, PC, STOPPED, Core, CpuError


class Cpu:
    """The CPU, with `memory` as its address space.

    One thread calls `run` and accesses the registers; any thread may call `interrupt`. Call `close` before
    another one is created in this process. Raises CpuError while there is one.
    """

    _in_use = threading.Lock()

    def __init__(self, memory: GuestMemory) -> None:
        if not Cpu._in_use.acquire(blocking=False):
            raise CpuError(
                "This process runs a Mac already, and the 68k core has room for one: start another process."
            )
        try:
            self._core = Core()
            check_layout(self._core)
        except CpuError:
            Cpu._in_use.release()
            raise
        self._core.attach(memory.host_address, BLOCK_BYTES)
        self._memory = memory  # keeps it alive: the core holds its address
        self.registers = self._core.words
        memory.release_holes()

    def close(self) -> None:
        """Release the memory and the process's one core."""
        self._core.free_memory()
        Cpu._in_use.release()

    def reset(self) -> None:
        """Pulse RESET: supervisor mode, interrupts masked, A7 and PC from the vectors at 0 and 4."""
        self._core.pulse_reset()

    def run(self, cycles: int) -> int | None:
        """Execute until `cycles` are used up, `interrupt`, STOP or an EMUL_OP; return that EMUL_OP."""
        registers = self.registers
        registers[IR] = 0  # an EMUL_OP is reported once, even when no instruction is executed
        self._core.execute(cycles)
        opcode: int = registers[IR]
        return opcode if opcode & 0xFF00 == 0x7100 else None

    @property
    def stopped(self) -> bool:
        """Whether the CPU has executed STOP and waits for an interrupt."""
        return bool(self.registers[STOPPED])

    @property
    def halted(self) -> bool:
        """Whether the CPU has executed a STOP that masks all interrupts: only a reset ends it.

        Systems stop like this after a fatal error. The core itself never halts: it has no bus and address
        errors, so no double faults either.
        """
        return self.stopped and bool(self.registers[INTERRUPT_MASK])

    @property
    def program_counter(self) -> int:
        """Address of the next instruction."""
        return int(self.registers[PC])

    def interrupt(self, level: int) -> None:
        """Assert this interrupt level (0: none) and end the slice, because only a new slice checks the level.

        The end of the slice is lost if the core stores its own cycle count at the same time; the interrupt is
        then taken at the regular end of the slice.
        """
        self._core.set_irq(level)
        if level:
            self._core.remaining_cycles.value = 0
