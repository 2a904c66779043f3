"""The processor: a 68020 running in guest memory, one slice at a time."""

import threading

from moof.mac.core_check import check_layout
from moof.mac.memory import BLOCK_BYTES, GuestMemory
from moof.mac.musashi import INTERRUPT_MASK, IR, PC, STOPPED, Core, CpuError


class Cpu:
    """The processor, running in `memory`.

    One thread calls `run` and touches registers; `interrupt` may come from any thread. `close` it before
    another one is made in this process.
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
        self._memory = memory  # kept alive: the core holds its address
        self.registers = self._core.words
        memory.release_holes()

    def close(self) -> None:
        """Let go of the memory and of the process's one core."""
        self._core.free_memory()
        Cpu._in_use.release()

    def reset(self) -> None:
        """Pulse RESET: supervisor mode, interrupts masked, A7 and PC from the vectors at 0 and 4."""
        self._core.pulse_reset()

    def run(self, cycles: int) -> int | None:
        """Execute until `cycles` are used up, `interrupt`, STOP or an EMUL_OP, whose opcode it returns."""
        registers = self.registers
        registers[IR] = 0  # so that an EMUL_OP is never seen twice, even when no instruction is executed
        self._core.execute(cycles)
        opcode: int = registers[IR]
        return opcode if opcode & 0xFF00 == 0x7100 else None

    @property
    def stopped(self) -> bool:
        """True after STOP, until an interrupt."""
        return bool(self.registers[STOPPED])

    @property
    def halted(self) -> bool:
        """True after a STOP that lets no interrupt in, until a reset: how systems end that can't go on.

        The core itself never halts: it does not know bus and address errors, so no double faults either.
        """
        return self.stopped and bool(self.registers[INTERRUPT_MASK])

    @property
    def program_counter(self) -> int:
        """Where the next instruction is."""
        return int(self.registers[PC])

    def interrupt(self, level: int) -> None:
        """Assert this interrupt level (0 = none) and end the slice, because only a new one looks at it.

        The slice's end may be lost when the core stores its own count in the same instant; the interrupt is
        then taken at the slice's ordinary end.
        """
        self._core.set_irq(level)
        if level:
            self._core.remaining_cycles.value = 0
