"""The CPU, which runs 68020 code in guest memory, one slice at a time; and its interrupt controller."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from moof.mac.core_check import check_layout
from moof.mac.memory import BLOCK_BYTES, GuestMemory
from moof.mac.musashi import (
    CPU_TYPE,
    CPU_TYPE_68020,
    FLAG_VALUES,
    INTERRUPT_LEVEL,
    INTERRUPT_MASK,
    IR,
    PC,
    SAVED_WORDS,
    STOPPED,
    Core,
    CpuError,
)
from moof.mac.threads import BinarySemaphore


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
        memory.release_pages()

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

    def save(self) -> tuple[int, ...]:
        """Return the words of the registers, SAVED_WORDS of them, between two instructions."""
        return tuple(self.registers[:SAVED_WORDS])

    def restore(self, words: Sequence[int]) -> None:
        """Continue with the registers that `save` returned; a reset that is not finished is dropped."""
        self.registers[STOPPED], self.registers[INTERRUPT_LEVEL] = 1, 0
        self._core.execute(1)  # no instruction, but the cycles of a reset
        self.registers[:SAVED_WORDS] = list(words)

    def interrupt(self, level: int) -> None:
        """Assert this interrupt level (0: none) and end the slice, because only a new slice checks the level.

        The end of the slice is lost if the core stores its own cycle count at the same time; the interrupt is
        then taken at the regular end of the slice.
        """
        self._core.set_irq(level)
        if level:
            self._core.remaining_cycles.value = 0


class Interrupt(IntFlag):
    """The sources of interrupts; the values are those of Basilisk II's InterruptFlags."""

    TICK = 1
    """60.15 times a second."""
    SECOND = 2
    """Once a second."""
    SERIAL = 4
    ETHER = 8
    AUDIO = 16
    """Samples are requested."""
    TIMER = 32
    ADB = 64
    """The ADB queue has an event."""
    NMI = 128
    FILE = 256
    """The disk has an answer."""


ALL_INTERRUPTS: Final = Interrupt(0x1FF)


@dataclass(frozen=True, slots=True)
class CpuState:
    """The registers' words, the pending interrupts, and the ticks that are not acknowledged."""

    words: tuple[int, ...]
    pending: Interrupt
    ticks: int

    def __post_init__(self) -> None:
        """Raise ValueError for what no CPU of this machine has."""
        if len(self.words) != SAVED_WORDS or self.words[CPU_TYPE] != CPU_TYPE_68020:
            raise ValueError("the registers are not those of this CPU")
        # The core uses some of them as indices.
        if not all(0 <= word < 1 << 32 for word in self.words) or not all(
            self.words[index] in values for index, values in FLAG_VALUES.items()
        ):
            raise ValueError("the registers have impossible values")
        if not 0 <= self.ticks < 1 << 32 or self.pending & ~ALL_INTERRUPTS:
            raise ValueError("the interrupts are not those of this machine")


class Interrupts:
    """The interrupt controller: nine sources behind one level-1 autovector.

    It holds the pending flags, because the core clears its interrupt level when it takes the exception, and
    counts the ticks that are not yet acknowledged, so that a guest that is late gets their number. `wake` is
    set to wake the thread that runs `cpu`. Any thread may post; only the 68k acknowledges.
    """

    def __init__(self, cpu: Cpu, wake: BinarySemaphore) -> None:
        self._cpu = cpu
        self._wake = wake
        self._lock = threading.Lock()
        self._pending = Interrupt(0)
        self._ticks = 0
        self.elapsed = 0
        """Ticks since the machine was made."""

    def post(self, source: Interrupt) -> None:
        """Make `source` pending and interrupt the 68k."""
        with self._lock:
            self._pending |= source
            self._cpu.interrupt(1)
        self._wake.set()

    def tick(self, ticks: int, seconds: int = 0) -> None:
        """Count `ticks` and full `seconds` that have passed, and post their interrupts."""
        if not ticks and not seconds:
            return
        with self._lock:
            self._ticks += ticks
            self.elapsed += ticks
        self.post(
            (Interrupt.TICK if ticks else Interrupt(0)) | (Interrupt.SECOND if seconds else Interrupt(0))
        )

    def acknowledge(self) -> tuple[Interrupt, int]:
        """Return and clear the pending flags and the ticks since the last acknowledgement."""
        with self._lock:
            taken, ticks = self._pending, self._ticks
            self._pending, self._ticks = Interrupt(0), 0
            # `taken` includes what was posted since the exception was taken: a second exception would find
            # nothing pending.
            self._cpu.interrupt(0)
        return taken, ticks

    def save(self) -> CpuState:
        """Return registers, flags and ticks of the same moment. Called on the 68k's thread."""
        with self._lock:
            return CpuState(self._cpu.save(), self._pending, self._ticks)

    def restore(self, state: CpuState) -> None:
        """Continue with what `save` returned. Called on the 68k's thread."""
        with self._lock:
            self._cpu.restore(state.words)
            self._pending, self._ticks = state.pending, state.ticks

    def clear(self) -> None:
        """Clear the flags and the ticks, as at reset."""
        self.acknowledge()
