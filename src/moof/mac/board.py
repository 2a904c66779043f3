"""The logic board: connects the CPU, the memory and the devices; it has no thread and no clock.

`machine` and `headless` drive it: they call `step` on one thread, report ticks, and pass input to `adb`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.mac.activity import Activity
from moof.mac.adb import Adb
from moof.mac.audio_device import AudioDevice
from moof.mac.clipboard import Clipboard
from moof.mac.cpu import Cpu, Interrupt, Interrupts
from moof.mac.disk import Disk
from moof.mac.documents_folder import DocumentsFolder
from moof.mac.emulops import Clock, EmulOps, PowerRequest, PowerSwitch, RealClock
from moof.mac.keyboard_layout import KeyboardLayout
from moof.mac.memory import MAX_ROM_BYTES, MEGABYTE, ROM_BASE, GuestMemory
from moof.mac.rom import Rom
from moof.mac.screen_reader import ScreenReader
from moof.mac.screen_size import ScreenSize
from moof.mac.threads import BinarySemaphore
from moof.mac.video_card import VideoCard, VideoMode
from moof.mac.xpram import Xpram

# About a quarter of a millisecond: by as much an interrupt is late if the end of its slice was lost.
SLICE_CYCLES: Final = 200_000

# A low-memory global that the guest writes: odd while it draws, so that no half-drawn frame is captured.
SCREEN_SEQUENCE: Final = 0x0B00


@dataclass(frozen=True, slots=True)
class ModeOverrides:
    """Parts of the video mode that the command line sets; None takes the value in XPRAM."""

    width: int | None = None
    height: int | None = None
    depth: int | None = None

    def apply(self, mode: VideoMode) -> VideoMode:
        """Return `mode` with the overrides. Raises VideoModeError if the card has no such mode."""
        return VideoMode(self.width or mode.width, self.height or mode.height, self.depth or mode.depth)


class Board(PowerSwitch):
    """CPU, memory and devices around one ROM.

    `wake` is set when an interrupt is posted, which ends the CPU's STOP; `audio_done` when the guest has
    answered a request for audio; `activity` says whether anything happens; `power_request` is the guest's
    POWER request, None if there was none.
    """

    def __init__(
        self,
        rom: Rom,
        ram_mb: int = 8,
        xpram: Xpram | None = None,
        memory_file: Path | None = None,
        overrides: ModeOverrides | None = None,
        clock: Clock | None = None,
        documents: DocumentsFolder | None = None,
    ) -> None:
        self.rom = rom
        self.xpram = xpram or Xpram(None)
        self._overrides = overrides or ModeOverrides()
        self._overrides.apply(self.xpram.video_mode())  # raises now, not at power-on
        self.memory = GuestMemory(ram_mb * MEGABYTE, memory_file)
        self.wake = BinarySemaphore()
        self.audio_done = BinarySemaphore()
        self.power_request: PowerRequest | None = None
        self.cpu = Cpu(self.memory)
        self.interrupts = Interrupts(self.cpu, self.wake)
        self.adb = Adb(self.interrupts)
        self.keyboard_layout = KeyboardLayout(self.adb)
        self.clipboard = Clipboard()
        self.disk = Disk(self.memory, self.interrupts, documents)
        self.video = VideoCard(self.memory)
        self.screen_size = ScreenSize(self.adb, self.video)
        self.screen_reader = ScreenReader(self.adb)
        self.audio = AudioDevice(self.memory)
        self.activity = Activity()
        self.audio.add_listener(self.activity)
        self.clock = clock or RealClock()
        self.rom_in_memory = len(rom.image)
        """Bytes of the ROM that runs, which may be that of a state."""
        self._emulops = self._wire_emulops(self.clock)

    def close(self) -> None:
        """Free the process's one CPU core. The board cannot be used afterwards."""
        self.cpu.close()

    def power_on(self) -> None:
        """Clear RAM and start from ROM, in the video mode of the command line or XPRAM."""
        self.memory.clear_ram()
        self.reset()

    def reset(self) -> None:
        """Start from ROM, as the reset button does: RAM is kept, the devices are reset."""
        self.power_request = None
        self.adb.reset()
        self.audio.reset()
        self.disk.reset()
        self.video.set_mode(self.screen_size.apply(self._overrides.apply(self.xpram.video_mode())))
        self._install_rom()
        # A reset during drawing would leave it odd.
        self.memory.write32(SCREEN_SEQUENCE, 0)
        self.cpu.reset()
        self.interrupts.clear()
        self.screen_reader.reset()

    def step(self, cycles: int = SLICE_CYCLES) -> bool:
        """Run one slice and the EMUL_OP that ended it; return False if the CPU waits for an interrupt."""
        opcode = self.cpu.run(cycles)
        if opcode is not None:
            self._emulops.dispatch(opcode)
            return True
        return not self.cpu.stopped

    def request_power(self, request: PowerRequest) -> None:
        """Store a POWER request of the guest in `power_request` (PowerSwitch)."""
        self.power_request = request

    def request_audio(self, samples: int) -> bool:
        """Request `samples` at 48 kHz and interrupt the guest; return False if no source is open."""
        return self._interrupt_for_audio(self.audio.request(samples))

    def request_audio_frames(self, frames: int) -> bool:
        """Request `frames` at the guest's own rate, 960 at most, and interrupt it; return as above."""
        return self._interrupt_for_audio(self.audio.request_frames(frames))

    def _interrupt_for_audio(self, wanted: bool) -> bool:
        if wanted:
            self.interrupts.post(Interrupt.AUDIO)
        return wanted

    def load_rom(self, image: bytes) -> None:
        """Copy a ROM's image to its address."""
        self.memory.view(ROM_BASE, MAX_ROM_BYTES)[:] = 0
        self.memory.write_bytes(ROM_BASE, image)
        self.rom_in_memory = len(image)

    def _install_rom(self) -> None:
        self.load_rom(self.rom.image)
        self.memory.write32(0, self.memory.ram_bytes)
        self.memory.write32(4, self.rom.entry)

    def _wire_emulops(self, clock: Clock) -> EmulOps:
        return EmulOps(
            registers=self.cpu.registers,
            memory=self.memory,
            interrupts=self.interrupts,
            adb=self.adb,
            keyboard_layout=self.keyboard_layout,
            clipboard=self.clipboard,
            screen_reader=self.screen_reader,
            disk=self.disk,
            video=self.video,
            audio=self.audio,
            xpram=self.xpram,
            clock=clock,
            rom_bytes=len(self.rom.image),
            audio_done=self.audio_done,
            power=self,
        )
