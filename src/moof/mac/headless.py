"""A Mac without a screen, a server or a thread, for tests and for authors of ROMs.

    with HeadlessMac(Path("moof.rom").read_bytes()) as mac:
        mac.run(120)                          # two seconds of Mac time, as fast as possible
        mac.click(100, 80)
        mac.type_key(0x00)                    # ADB code of A
        picture = mac.picture()               # uint8 (height, width, 4), B, G, R, A
        mac.memory.read32(0x16A)              # Ticks

Time advances only in `run`, so the same calls always give the same picture.
"""

from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from moof.mac.audio_device import SoundAnswer
from moof.mac.board import Board, ModeOverrides
from moof.mac.documents_folder import DocumentsFolder
from moof.mac.emulops import Clock
from moof.mac.machine_state import restore_board, save_board
from moof.mac.memory import GuestMemory
from moof.mac.rom import Rom, free_rom, parse_rom
from moof.mac.state_contents import state_from_file, state_to_file
from moof.mac.ticker import TICKS_PER_SECOND
from moof.mac.video_card import OPAQUE
from moof.mac.xpram import Xpram
from moof.states import unpack_state

CYCLES_PER_TICK: Final = 4_000_000  # limit for a busy guest: about 240 MHz
START_TIME_US: Final = 700_000_000_000_000  # 1992-03-07: the time of day at tick 0


class HeadlessMac(Clock):
    """One machine, run by the caller's thread. Close it (or use `with`) before creating the next one.

    `rom` is an image, a parsed `Rom`, or None for Moof's own. Width, height and depth override the XPRAM's.
    Without `documents` it has no disk.
    """

    def __init__(
        self,
        rom: bytes | Rom | None = None,
        *,
        ram_mb: int = 8,
        xpram: Xpram | None = None,
        width: int | None = None,
        height: int | None = None,
        depth: int | None = None,
        documents: DocumentsFolder | None = None,
    ) -> None:
        checked = rom if isinstance(rom, Rom) else free_rom() if rom is None else parse_rom(rom)
        self.ticks = 0
        overrides = ModeOverrides(width, height, depth)
        self.board = Board(checked, ram_mb, xpram, overrides=overrides, clock=self, documents=documents)
        self.board.power_on()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the process's one CPU core."""
        self.board.close()

    @property
    def memory(self) -> GuestMemory:
        """Guest memory: `read8`, `read16`, `read32`, `read_bytes` and the `write` counterparts."""
        return self.board.memory

    def microseconds(self) -> int:
        """Return the guest's time of day in µs since 1970; it is constant between ticks (Clock)."""
        return START_TIME_US + int(self.ticks * 1_000_000 / TICKS_PER_SECOND)

    def run(self, ticks: int = 1) -> None:
        """Advance by `ticks`; in each, the guest runs until it waits or has used CYCLES_PER_TICK."""
        for _ in range(ticks):
            self.ticks += 1
            self.board.interrupts.tick(1, seconds=int(self.ticks % 60 == 0))
            self.settle()

    def settle(self) -> None:
        """Run the guest until it waits, without advancing the time."""
        used = 0
        while used < CYCLES_PER_TICK and self.board.power_request is None:
            if not self.board.step():
                if not self.board.disk.has_work:
                    return
                self.board.disk.perform()
            used += 10_000  # an EMUL_OP ends a slice early: count a part of it
        # A guest that never waits is interrupted at CYCLES_PER_TICK.

    def reset(self) -> None:
        """Press the reset button."""
        self.board.reset()

    def key(self, code: int, down: bool) -> None:
        """Press or release a key (ADB code) and run the guest until it waits."""
        self.board.adb.key(code, down)
        self.settle()

    def type_key(self, code: int, *held: int) -> None:
        """Press and release a key while others, such as 0x37 (command), are held; takes two ticks."""
        for modifier in held:
            self.key(modifier, True)
        self.key(code, True)
        self.run(1)
        self.key(code, False)
        for modifier in reversed(held):
            self.key(modifier, False)
        self.run(1)

    def mouse(self, x: int, y: int, buttons: int = 0) -> None:
        """Move the mouse to (x, y) with these buttons down (1 left, 2 right, 4 middle); takes one tick."""
        self.board.adb.mouse(x, y, buttons, absolute=True)
        self.run(1)

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel by so many pixels (right and down are positive); takes one tick."""
        self.board.adb.wheel(dx, dy)
        self.run(1)

    def click(self, x: int, y: int) -> None:
        """Move to (x, y), press and release the left button."""
        self.mouse(x, y, 0)
        self.mouse(x, y, 1)
        self.mouse(x, y, 0)

    def drag(self, start: tuple[int, int], end: tuple[int, int], steps: int = 8) -> None:
        """Press at `start`, move to `end` in a straight line of `steps` moves, release."""
        self.mouse(*start, 0)
        self.mouse(*start, 1)
        for step in range(1, steps + 1):
            x = start[0] + (end[0] - start[0]) * step // steps
            y = start[1] + (end[1] - start[1]) * step // steps
            self.mouse(x, y, 1)
        self.mouse(*end, 0)

    def save_state(self, name: str = "headless") -> bytes:
        """Return the file of the Mac's state (docs/guest.md)."""
        return state_to_file(save_board(self.board), name)

    def load_state(self, data: bytes) -> None:
        """Continue from a state, which gives the time, too. Raises StateError; then nothing has changed."""
        state = state_from_file(unpack_state(data))
        restore_board(self.board, state)
        self.ticks = round((state.devices.clock - START_TIME_US) * TICKS_PER_SECOND / 1_000_000)

    def picture(self) -> NDArray[np.uint8]:
        """Return the screen's contents: uint8 (height, width, 4) in the order B, G, R, A."""
        video, mode = self.board.video, self.board.video.mode
        pixels = decode(video.framebuffer(mode), mode.depth, video.clut)
        return np.ascontiguousarray(pixels).view(np.uint8).reshape(mode.height, mode.width, 4)

    def pull_audio(self, samples: int = 960) -> SoundAnswer | None:
        """Request `samples` at 48 kHz and run until the guest waits; None if no source is open."""
        if not self.board.request_audio(samples):
            return None
        self.settle()
        return self.board.audio.take_answer()


def decode(raw: NDArray[np.uint8], depth: int, clut: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return framebuffer rows, uint8 (h, row_bytes), as packed pixels, uint32 (h, w).

    The machine itself uses moof.media's compiled kernels; tests compare them with this simple code.
    """
    if depth == 32:  # bytes x, R, G, B
        return raw.view(">u4").astype(np.uint32) | np.uint32(OPAQUE)
    if depth == 16:  # x RRRRR GGGGG BBBBB, widened by repeating the top bits
        words = raw.view(">u2").astype(np.uint32)
        red, green, blue = (_widen(words >> np.uint32(shift) & np.uint32(31)) for shift in (10, 5, 0))
        return np.uint32(OPAQUE) | red << np.uint32(16) | green << np.uint32(8) | blue
    if depth == 8:
        return clut[raw]
    bits = np.unpackbits(raw, axis=1).reshape(raw.shape[0], -1, depth)
    weights = (1 << np.arange(depth - 1, -1, -1)).astype(np.uint8)
    indices: NDArray[np.uint8] = bits @ weights
    return clut[indices]


def _widen(channel: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return 5-bit values as 8-bit values."""
    return channel << np.uint32(3) | channel >> np.uint32(2)
