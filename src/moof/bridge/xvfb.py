"""The private X server: Xvfb with a framebuffer that can be mapped, and the cookie for its clients."""

import asyncio
import secrets
import shutil
import struct
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from moof.bridge.display_number import NUMBERS, free_numbers, is_free, remove_leftover, socket_path
from moof.bridge.errors import BridgeError, DisplayError
from moof.process import ChildProcess
from moof.process.ipc_namespace import can_own_ipc, own_ipc

PROTOCOL: Final = b"MIT-MAGIC-COOKIE-1"
_FAMILY_WILD: Final = 0xFFFF
_COOKIE_BYTES: Final = 16


def new_cookie() -> bytes:
    """Return 16 random bytes."""
    return secrets.token_bytes(_COOKIE_BYTES)


def authority_entry(cookie: bytes) -> bytes:
    """Return the file's only entry: this cookie for any display (MIT-MAGIC-COOKIE-1, Xau(3))."""
    fields = (b"", b"", PROTOCOL, cookie)  # host and display number: any
    return struct.pack(">H", _FAMILY_WILD) + b"".join(struct.pack(">H", len(f)) + f for f in fields)


_START_SECONDS: Final = 10.0
_END_GRACE: Final = 1.0
_LAST_LINES: Final = 5
_MAX_ATTEMPTS: Final = 5


class Xvfb:
    """A running X server, on the event loop. It ends with this process."""

    def __init__(
        self,
        directory: Path,
        width: int,
        height: int,
        *,
        sandboxed: bool = False,
        opengl: bool = True,
        numbers: Sequence[int] = NUMBERS,
    ) -> None:
        """Set up a display of that size; its files are created in `directory`, which should be private.

        It gets one of `numbers` that no other display has.

        If its programs are `sandboxed`, it has an IPC namespace of its own, which they have to enter
        (`shares_memory`); where there can be none, they send their pictures through the socket.

        Without `opengl` (the extension GLX) it starts in half the processor time.
        """
        self.shares_memory = sandboxed and can_own_ipc()
        """Whether programs share memory with it in the IPC namespace of its process."""
        self.name = ""
        """The value of DISPLAY, such as ":99"."""
        self.authority = directory / "Xauthority"
        self.framebuffer = directory / "Xvfb_screen0"
        self._numbers = numbers
        self._options = [
            *("-displayfd", "1", "-screen", "0", f"{width}x{height}x24", "-fbdir", str(directory)),
            # With -displayfd, Xvfb takes no lock file: the abstract socket ("local") keeps two that start at
            # the same time from taking the same number, and the socket file.
            *("-auth", str(self.authority), "-nolisten", "tcp", "-noreset"),
            *(("-extension", "MIT-SHM") if sandboxed and not self.shares_memory else ()),
            *(() if opengl else ("-extension", "GLX")),
        ]
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._process: ChildProcess | None = None
        self._ready = asyncio.Event()

    async def start(self) -> None:
        """Return when clients can connect. Raises BridgeError if Xvfb is missing, DisplayError."""
        if shutil.which("Xvfb") is None:
            raise BridgeError("Xvfb, the display of emulators, is missing. Install it: apt install xvfb")
        self.authority.touch(0o600)
        self.authority.write_bytes(authority_entry(new_cookie()))
        for _, number in zip(range(_MAX_ATTEMPTS), free_numbers(self._numbers), strict=False):
            await self._start(number)
            if self._ready.is_set():
                return
            if is_free(number):
                break
        raise DisplayError(f"Xvfb did not start: {self.last_words or 'no output'}")

    async def _start(self, number: int) -> None:
        """Return when the server is ready, has ended (another one took the number) or takes too long."""
        command = ["Xvfb", f":{number}", *self._options]
        self._process = ChildProcess(own_ipc(command) if self.shares_memory else command, self._take_line)
        ended = asyncio.ensure_future(self._process.wait())
        ready = asyncio.ensure_future(self._ready.wait())
        try:
            await asyncio.wait({ended, ready}, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            ready.cancel()

    async def wait(self) -> None:
        """Return when the server has ended, which is not expected."""
        assert self._process is not None
        await self._process.wait()

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def socket(self) -> Path:
        """The socket of the display."""
        return socket_path(int(self.name.removeprefix(":")))

    @property
    def last_words(self) -> str:
        """The last lines that the server has written, as one; empty if there are none."""
        return " / ".join(self._lines)

    def environment(self) -> dict[str, str]:
        """Return variables that make X clients, SDL, GTK and Qt use this display and no other."""
        return {
            "DISPLAY": self.name,
            "WAYLAND_DISPLAY": "",  # not the user's own desktop
            "XAUTHORITY": str(self.authority),
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",  # nor its services, which start programs
            "GSETTINGS_BACKEND": "memory",  # dconf needs them, too, and warns of each setting of a dialog
            "SDL_VIDEODRIVER": "x11",
            "SDL_RENDER_DRIVER": "software",
            "SDL_FRAMEBUFFER_ACCELERATION": "0",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "GDK_BACKEND": "x11",
            "QT_QPA_PLATFORM": "xcb",
        }

    async def end(self) -> None:
        """End the server, which removes its files; one that was killed leaves its socket, which goes now."""
        if self._process is not None:
            await self._process.end(_END_GRACE)
        if self.name:
            remove_leftover(self.socket)

    def _take_line(self, line: str) -> None:
        if line.strip().isdigit() and not self.name:
            self.name = f":{line.strip()}"
            self._ready.set()
        else:
            self._lines.append(line.strip())
