"""EMUL_OPs: opcodes that are illegal on a 68k and with which 68k code calls the machine.

Arguments and results are in D0-D2 and A0; all other registers are preserved. docs/guest.md has the table of
opcodes for authors of ROMs.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Protocol

from moof.mac.adb import (
    Adb,
    AdbEvent,
    EventKind,
    KeyEvent,
    LayoutEvent,
    MouseEvent,
    ReadScreenEvent,
    ScreenSizeEvent,
    WheelEvent,
)
from moof.mac.audio_device import AudioDevice
from moof.mac.clipboard import Clipboard
from moof.mac.cpu import Interrupt, Interrupts
from moof.mac.disk import Disk
from moof.mac.keyboard_layout import KeyboardLayout
from moof.mac.memory import FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES, ROM_BASE, GuestMemory, MacMemoryError
from moof.mac.musashi import A0, D0, D1, D2
from moof.mac.rom import MACHINE_VERSION
from moof.mac.screen_reader import MAX_DESCRIPTION, ScreenReader
from moof.mac.threads import BinarySemaphore
from moof.mac.video_card import DEPTHS, VideoCard, VideoMode, VideoModeError
from moof.mac.xpram import SIZE as XPRAM_BYTES
from moof.mac.xpram import Xpram
from moof.mac_files.mac_time import mac_seconds

LOG: Final = logging.getLogger(__name__)

FAILED: Final = 0xFFFF_FFFF  # -1
MAX_LOG_TEXT: Final = 255
MAX_COPIED: Final = 65_536
"""Bytes of a text that is copied."""


class EmulOp(IntEnum):
    """The opcodes. EXEC_RETURN has its number in Basilisk II; the others follow Basilisk II's range."""

    EXEC_RETURN = 0x7100
    MACHINE_INFO = 0x7140
    IRQ_ACK = 0x7141
    ADB_READ = 0x7142
    VIDEO_MODE = 0x7143
    VIDEO_CLUT = 0x7144
    AUDIO_OPEN = 0x7145
    AUDIO_DONE = 0x7146
    XPRAM_READ = 0x7147
    XPRAM_WRITE = 0x7148
    CURSOR = 0x7149
    CLOCK = 0x714A
    MICROSECONDS = 0x714B
    POWER = 0x714C
    LOG = 0x714D
    KEYBOARD_LAYOUT = 0x714E
    CLIPBOARD_WRITE = 0x714F
    CLIPBOARD_READ = 0x7150
    FILE_REQUEST = 0x7151
    FILE_RESULT = 0x7152
    SCREEN_TEXT = 0x7153


class PowerRequest(IntEnum):
    """Requests of POWER, in D0."""

    SHUT_DOWN = 0
    RESTART = 1


class Registers(Protocol):
    """The words of the core's register block, indexed by `musashi.D0` and the other constants."""

    def __getitem__(self, index: int, /) -> int: ...

    def __setitem__(self, index: int, value: int, /) -> None: ...


class Clock(Protocol):
    """The time of day that the guest reads."""

    def microseconds(self) -> int:
        """Return the microseconds since 1970-01-01, UTC."""
        ...


class RealClock(Clock):
    """CLOCK_REALTIME."""

    def microseconds(self) -> int:
        """Return the microseconds since 1970-01-01, UTC."""
        return time.time_ns() // 1000


class PowerSwitch(Protocol):
    """Takes the guest's POWER requests."""

    def request_power(self, request: PowerRequest) -> None:
        """Note the request, for the thread that runs the CPU."""


@dataclass(kw_only=True, slots=True)
class EmulOps:
    """The dispatch table and one method for each opcode, between the CPU's registers and the devices.

    Runs on the 68k's thread, between two slices. `audio_done` is set when the guest has answered a request
    for audio.
    """

    registers: Registers
    memory: GuestMemory
    interrupts: Interrupts
    adb: Adb
    keyboard_layout: KeyboardLayout
    clipboard: Clipboard
    screen_reader: ScreenReader
    disk: Disk
    video: VideoCard
    audio: AudioDevice
    xpram: Xpram
    clock: Clock
    rom_bytes: int
    audio_done: BinarySemaphore
    power: PowerSwitch
    _handlers: dict[int, Callable[[], None]] = field(init=False)
    _unknown: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._handlers = {
            EmulOp.EXEC_RETURN: self._exec_return,
            EmulOp.MACHINE_INFO: self._machine_info,
            EmulOp.IRQ_ACK: self._irq_ack,
            EmulOp.ADB_READ: self._adb_read,
            EmulOp.VIDEO_MODE: self._video_mode,
            EmulOp.VIDEO_CLUT: self._video_clut,
            EmulOp.AUDIO_OPEN: self._audio_open,
            EmulOp.AUDIO_DONE: self._audio_done,
            EmulOp.XPRAM_READ: self._xpram_read,
            EmulOp.XPRAM_WRITE: self._xpram_write,
            EmulOp.CURSOR: self._cursor,
            EmulOp.CLOCK: self._read_clock,
            EmulOp.MICROSECONDS: self._microseconds,
            EmulOp.POWER: self._power,
            EmulOp.LOG: self._log,
            EmulOp.KEYBOARD_LAYOUT: self._keyboard_layout,
            EmulOp.CLIPBOARD_WRITE: self._clipboard_write,
            EmulOp.CLIPBOARD_READ: self._clipboard_read,
            EmulOp.FILE_REQUEST: self._file_request,
            EmulOp.FILE_RESULT: self._file_result,
            EmulOp.SCREEN_TEXT: self._screen_text,
        }

    def dispatch(self, opcode: int) -> None:
        """Execute the opcode; an invalid argument or an unknown opcode sets D0 to -1 and never raises."""
        handler = self._handlers.get(opcode)
        if handler is None:
            self._refuse_unknown(opcode)
            return
        try:
            handler()
        except (MacMemoryError, VideoModeError, IndexError, ValueError) as error:
            LOG.warning("EMUL_OP %#06x refused: %s", opcode, error)
            self.registers[D0] = FAILED

    def _refuse_unknown(self, opcode: int) -> None:
        if opcode not in self._unknown:
            self._unknown.add(opcode)
            LOG.warning("The guest used EMUL_OP %#06x, which this machine does not have.", opcode)
        self.registers[D0] = FAILED

    def _exec_return(self) -> None:
        """Do nothing: this machine starts no nested run of 68k code that the opcode could end."""

    def _machine_info(self) -> None:
        answers = (
            MACHINE_VERSION,
            self.memory.ram_bytes,
            FRAMEBUFFER_BASE,
            FRAMEBUFFER_BYTES,
            ROM_BASE,
            self.rom_bytes,
            sum(DEPTHS),
            XPRAM_BYTES,
            self.video.mode.width << 16 | self.video.mode.height,
            self.video.mode.depth,
        )
        selector = self.registers[D0]
        self.registers[D0] = answers[selector] if selector < len(answers) else FAILED

    def _irq_ack(self) -> None:
        pending, ticks = self.interrupts.acknowledge()
        if pending & Interrupt.AUDIO:
            self.audio.interrupted()
        self.registers[D0] = pending.value
        self.registers[D1] = ticks

    def _adb_read(self) -> None:
        event = self.adb.read()
        if event is None:
            self.registers[D0] = EventKind.NONE
        else:
            self._set_adb_event(event)

    def _set_adb_event(self, event: AdbEvent) -> None:
        registers = self.registers
        match event:
            case KeyEvent(code, down, modifiers):
                registers[D0] = EventKind.KEY_DOWN if down else EventKind.KEY_UP
                registers[D1] = code
                registers[D2] = modifiers
            case MouseEvent(x, y, buttons, absolute):
                registers[D0] = EventKind.MOUSE_ABSOLUTE if absolute else EventKind.MOUSE_RELATIVE
                registers[D1] = (x & 0xFFFF) << 16 | (y & 0xFFFF)
                registers[D2] = buttons
            case WheelEvent(dx, dy):
                registers[D0] = EventKind.WHEEL
                registers[D1] = (dx & 0xFFFF) << 16 | (dy & 0xFFFF)
            case LayoutEvent(index):
                registers[D0] = EventKind.KEYBOARD_LAYOUT
                registers[D1] = index
            case ScreenSizeEvent(width, height):
                registers[D0] = EventKind.SCREEN_SIZE
                registers[D1] = width << 16 | height
            case ReadScreenEvent(wanted):
                registers[D0] = EventKind.READ_SCREEN
                registers[D1] = wanted

    def _video_mode(self) -> None:
        size, depth = self.registers[D0], self.registers[D1]
        mode = VideoMode(size >> 16, size & 0xFFFF, depth)
        self.video.set_mode(mode)
        self.registers[D0] = 0
        self.registers[D1] = mode.row_bytes

    def _video_clut(self) -> None:
        first, count = self.registers[D0], self.registers[D1]
        if first + count > 256:
            raise ValueError(f"colours {first} to {first + count - 1} are not all in a table of 256")
        rgb = self.memory.view(self.registers[A0], count * 4).reshape(count, 4)[:, :3]
        self.video.set_colours(first, rgb)

    def _audio_open(self) -> None:
        self.audio.open(self.registers[A0])

    def _audio_done(self) -> None:
        if self.audio.done():
            self.audio_done.set()

    def _xpram_read(self) -> None:
        self.registers[D0] = self.xpram.read(self.registers[D0])

    def _xpram_write(self) -> None:
        self.xpram.write(self.registers[D0], self.registers[D1])

    def _cursor(self) -> None:
        position = self.registers[D0]
        self.video.cursor = (position >> 16, position & 0xFFFF, self.registers[D1] != 0)

    def _read_clock(self) -> None:
        self.registers[D0] = mac_seconds(self.clock.microseconds() // 1_000_000)

    def _microseconds(self) -> None:
        now = self.clock.microseconds()
        self.registers[D0] = now >> 32
        self.registers[D1] = now & 0xFFFF_FFFF

    def _power(self) -> None:
        self.power.request_power(PowerRequest(self.registers[D0]))

    def _log(self) -> None:
        text = self.memory.read_c_string(self.registers[A0], MAX_LOG_TEXT)
        LOG.info("guest: %s", text.decode("mac_roman"))

    def _keyboard_layout(self) -> None:
        self.keyboard_layout.report(self.registers[D0])

    def _clipboard_write(self) -> None:
        length = self.registers[D0]
        if length > MAX_COPIED:
            raise ValueError(f"a text of {length} bytes is copied, more than {MAX_COPIED}")
        self.clipboard.copied(self.memory.read_bytes(self.registers[A0], length))

    def _clipboard_read(self) -> None:
        buffer, room = self.registers[A0], self.registers[D0]
        text = self.clipboard.take()
        if text is None:
            self.registers[D0] = FAILED
            return
        self.memory.write_bytes(buffer, text[:room])
        self.registers[D0] = min(len(text), room)

    def _file_request(self) -> None:
        self.disk.submit(self.registers[A0])
        self.registers[D0] = 0

    def _file_result(self) -> None:
        registers = self.registers
        registers[D0], registers[D1], registers[D2], registers[A0] = self.disk.result()

    def _screen_text(self) -> None:
        length = self.registers[D0]
        if length > MAX_DESCRIPTION:
            raise ValueError(f"the screen's text has {length} bytes, more than {MAX_DESCRIPTION}")
        self.screen_reader.described(self.memory.read_bytes(self.registers[A0], length))
