"""The logic board: every chip of the Mac, wired, without a thread or a clock of its own.

`machine` and `headless` drive it: they call `step` on one thread, report ticks, and hand in what the user
does.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.mac.adb import Adb
from moof.mac.audio_device import AudioDevice
from moof.mac.cpu import Cpu
from moof.mac.emulops import Clock, EmulOps, PowerRequest, RealClock
from moof.mac.interrupts import Interrupt, Interrupts
from moof.mac.memory import MEGABYTE, ROM_BASE, ROM_MAX_BYTES, GuestMemory
from moof.mac.rom import Rom
from moof.mac.threads import BinarySemaphore
from moof.mac.video_card import VideoCard, VideoMode
from moof.mac.xpram import Xpram

SLICE_CYCLES: Final = (
    200_000  # about a quarter of a millisecond: how late a lost end of slice can make an interrupt
)

# Low memory that guest and machine share: odd while the guest draws, so that no half-drawn picture is taken.
SCREEN_SEQUENCE: Final = 0x0B00


@dataclass(frozen=True, slots=True)
class ModeOverrides:
    """What the command line insists on; None leaves it to the XPRAM."""

    width: int | None = None
    height: int | None = None
    depth: int | None = None

    def apply(self, mode: VideoMode) -> VideoMode:
        """`mode` with what is overridden; VideoModeError if the card has no such mode."""
        return VideoMode(self.width or mode.width, self.height or mode.height, self.depth or mode.depth)


class Board:
    """CPU, memory and devices around one ROM.

    `wake` is set whenever a stopped CPU has something to do, `audio_done` when the guest has answered a
    request for sound; `power_request` is what the guest asked of the power switch, if it did.
    """

    def __init__(
        self,
        rom: Rom,
        ram_mb: int = 8,
        xpram: Xpram | None = None,
        memory_file: Path | None = None,
        overrides: ModeOverrides | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.rom = rom
        self.xpram = xpram or Xpram(None)
        self._overrides = overrides or ModeOverrides()
        self._overrides.apply(self.xpram.video_mode())  # complain now, not at power-on
        self.memory = GuestMemory(ram_mb * MEGABYTE, memory_file)
        self.wake = BinarySemaphore()
        self.audio_done = BinarySemaphore()
        self.power_request: PowerRequest | None = None
        self.cpu = Cpu(self.memory)
        self.interrupts = Interrupts(self.cpu.interrupt, self.wake.set)
        self.adb = Adb(on_event=lambda: self.interrupts.post(Interrupt.ADB))
        self.video = VideoCard(self.memory)
        self.audio = AudioDevice(self.memory)
        self._emulops = self._wire_emulops(clock or RealClock())

    def close(self) -> None:
        """Free the process's one CPU. The board is of no use afterwards."""
        self.cpu.close()

    def power_on(self) -> None:
        """Clear RAM and start from ROM, in the video mode that the XPRAM or the command line names."""
        self.memory.clear_ram()
        self.reset()

    def reset(self) -> None:
        """Start from ROM, as the reset button does: RAM keeps what it holds, the chips do not."""
        self.power_request = None
        self.adb.reset()
        self.audio.reset()
        self.video.set_mode(self._overrides.apply(self.xpram.video_mode()))
        self._install_rom()
        # A reset in the middle of drawing would leave it odd for ever.
        self.memory.write32(SCREEN_SEQUENCE, 0)
        self.cpu.reset()
        self.interrupts.clear()

    def step(self, cycles: int = SLICE_CYCLES) -> bool:
        """Run one slice and serve the EMUL_OP that ended it. False: the CPU waits for an interrupt."""
        opcode = self.cpu.run(cycles)
        if opcode is not None:
            self._emulops.dispatch(opcode)
            return True
        return not self.cpu.stopped

    def request_audio(self, samples: int) -> bool:
        """Ask the guest for sound (a count at 48 kHz) and interrupt it. False: nobody plays."""
        return self._interrupt_for_audio(self.audio.request(samples))

    def request_audio_frames(self, frames: int) -> bool:
        """The same for so many frames at the guest's own rate, 960 at most."""
        return self._interrupt_for_audio(self.audio.request_frames(frames))

    def _interrupt_for_audio(self, wanted: bool) -> bool:
        if wanted:
            self.interrupts.post(Interrupt.AUDIO)
        return wanted

    def _install_rom(self) -> None:
        self.memory.view(ROM_BASE, ROM_MAX_BYTES)[:] = 0
        self.memory.write_bytes(ROM_BASE, self.rom.image)
        self.memory.write32(0, self.memory.ram_bytes)
        self.memory.write32(4, self.rom.entry)

    def _wire_emulops(self, clock: Clock) -> EmulOps:
        return EmulOps(
            registers=self.cpu.registers,
            memory=self.memory,
            interrupts=self.interrupts,
            adb=self.adb,
            video=self.video,
            audio=self.audio,
            xpram=self.xpram,
            clock=clock,
            rom_bytes=len(self.rom.image),
            on_audio_done=self.audio_done.set,
            on_power=self._note_power,
        )

    def _note_power(self, request: PowerRequest) -> None:
        self.power_request = request
