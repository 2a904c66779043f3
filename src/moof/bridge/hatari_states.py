"""Hatari's memory snapshots, by commands at its control socket (its manual, "Hatari runtime control").

Hatari does a command between two pictures, and answers in a line of its log. It does so only with the options
of its recipe: otherwise it shows dialogs, in which the machine stands still.

A snapshot has the memory, the devices, the floppy disks, and the names of all files that Hatari uses. One
that is not complete ends Hatari, and one that names an operating system that is gone makes it wait for
somebody. So a snapshot is read to its end before it counts as saved, and only a Hatari that was started
likewise loads it.
"""

import asyncio
import hashlib
import os
import re
import shutil
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final

from moof.bridge.control_socket import ControlSocket
from moof.bridge.program import OutputListener
from moof.bridge.program_states import ProgramMachine, ProgramStateError, ProgramStates
from moof.folder_files import open_folder, opened_entry
from moof.sentence import Sentence
from moof.states.state_file import MAX_PROGRAM_CONTENTS, TOO_LARGE

_SECONDS: Final = 20.0
_MAX_PATH: Final = 340
"""Bytes. Hatari reads at most 399 at once, and takes them for complete lines."""
_END: Final = (0xDEADBEEF).to_bytes(4, sys.byteorder)
"""The last bytes of a snapshot (its memorySnapShot.c)."""
_PIECE: Final = 1 << 20
_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_MAGIC: Final = b"\x1f\x8b"
_VERSION: Final = re.compile(r"INFO : Hatari v(\S+), compiled on: .*")
_DISK: Final = re.compile(r"INFO : Mounting (?:ACSI HD|SCSI HD|IDE hard drive) image '?(.*?)'?")
_HARD_DISK: Final = (
    "Hatari uses the disk image {disk}, which its states do not have; it saves states only without hard disk "
    "images."
)
_SAVED: Final = "INFO : Memory state file saved: "
_NOT_SAVED: Final = "ERROR: Unable to save memory state to file: "
_LOADED: Final = "INFO : Memory state file restored: "
_NOT_LOADED: Final = "ERROR: Unable to restore memory state from file: "
"""Lines of its log, with the snapshot's path at the end."""


class HatariStates(ProgramStates, OutputListener):
    """The memory snapshots of one Hatari, which was started with `command`."""

    def __init__(self, socket: ControlSocket, command: Sequence[str]) -> None:
        self._socket = socket
        self._digest = hashlib.sha256("\0".join(command).encode(errors="surrogateescape")).digest()
        self._version = ""
        self._disk = ""
        self._results: dict[str, bool] = {}
        self._result: asyncio.Future[bool] | None = None
        self._snapshots = 0

    def line_written(self, line: str) -> None:
        """Take a line of Hatari's output (OutputListener)."""
        if not self._version and (match := _VERSION.fullmatch(line)):
            self._version = match[1]
        elif match := _DISK.fullmatch(line):
            self._disk = self._disk or match[1]
        elif self._result is not None and not self._result.done() and line in self._results:
            self._result.set_result(self._results[line])

    async def machine(self) -> ProgramMachine:
        """Return Hatari's version, outside of which a snapshot means nothing (ProgramStates)."""
        if not self._version:
            raise ProgramStateError("Hatari has not started yet.")
        if self._disk:
            raise ProgramStateError(Sentence(_HARD_DISK, disk=Path(self._disk).name))
        return ProgramMachine(f"Hatari {self._version}")

    async def save(self, file: Path, tag: str) -> None:
        """Save the machine to `file` (ProgramStates)."""
        snapshot = self._snapshot_beside(file)
        saving = f"hatari-path memsave {snapshot}\nhatari-shortcut savemem\n"
        done = await self._command(saving, f"{_SAVED}{snapshot}", f"{_NOT_SAVED}{snapshot}")
        if not done or not await asyncio.to_thread(_keep, snapshot, file, self._digest):
            raise ProgramStateError("Hatari has not written the whole state: the disk may be full.")

    async def load(self, file: Path) -> None:
        """Go on from `file` (ProgramStates). Where that fails the machine begins anew."""
        snapshot = self._snapshot_beside(file)
        if not await asyncio.to_thread(_restore, file, snapshot, self._digest):
            raise ProgramStateError("The state was saved by a Hatari with other files or settings.")
        loading = f"hatari-debug stateload {snapshot}\n"
        if not await self._command(loading, f"{_LOADED}{snapshot}", f"{_NOT_LOADED}{snapshot}"):
            await self._send("hatari-shortcut coldreset\n")
            raise ProgramStateError("Hatari cannot go on from this state, and has begun anew.")
        await asyncio.to_thread(snapshot.unlink)

    async def forget_others(self, prefix: str, tags: frozenset[str]) -> None:
        """Do nothing: all is in the file (ProgramStates)."""

    def _snapshot_beside(self, file: Path) -> Path:
        """Return a new path: Hatari asks before it overwrites a file, also if it is late with a command."""
        self._snapshots += 1
        snapshot = file.with_name(f"hatari{self._snapshots}")
        name = str(snapshot)
        # Its debugger's commands end at a space.
        if " " in name or not name.isprintable() or len(name.encode()) > _MAX_PATH:
            raise ProgramStateError(
                "Hatari cannot use the folder of states: its path is too long or has a space."
            )
        return snapshot

    async def _command(self, commands: str, success: str, failure: str) -> bool:
        """Send commands; return which of two lines came. Raises ProgramStateError if none comes."""
        self._results = {success: True, failure: False}
        self._result = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(_SECONDS):
                await self._send(commands)
                return await self._result
        except (TimeoutError, OSError) as error:
            raise ProgramStateError("Hatari does not answer.") from error
        finally:
            self._result = None

    async def _send(self, commands: str) -> None:
        connection = await self._socket.connection()
        await connection.send(commands.encode())


def _keep(snapshot: Path, file: Path, digest: bytes) -> bool:
    """Write `digest` and the snapshot to `file`, if the snapshot is complete.

    Raises ProgramStateError for one that is too large, OSError.
    """
    try:
        with _opened(snapshot) as written:
            if os.fstat(written.fileno()).st_size > MAX_PROGRAM_CONTENTS - len(digest):
                raise ProgramStateError(TOO_LARGE)
            if not _is_complete(written):
                return False
            written.seek(0)
            with file.open("xb") as contents:
                contents.write(digest)
                shutil.copyfileobj(written, contents, _PIECE)
    finally:
        snapshot.unlink(missing_ok=True)
    return True


def _restore(file: Path, snapshot: Path, digest: bytes) -> bool:
    """Write what follows the digest to `snapshot`, if it is that digest. Raises OSError."""
    with _opened(file) as contents:
        if contents.read(len(digest)) != digest:
            return False
        with snapshot.open("xb") as written:
            shutil.copyfileobj(contents, written, _PIECE)
    return True


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file in the folder that the program may write: a link leads nowhere."""
    with open_folder(path.parent) as folder, opened_entry(folder, path.name) as file:
        yield file


def _is_complete(snapshot: BufferedReader) -> bool:
    """Return whether the end is there: Hatari does not notice if its last bytes find no room.

    A Hatari that was built without zlib compresses nothing.
    """
    is_compressed = snapshot.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    snapshot.seek(0)
    if is_compressed:
        return _is_complete_gzip(snapshot)
    size = os.fstat(snapshot.fileno()).st_size
    snapshot.seek(max(0, size - len(_END)))
    return snapshot.read() == _END


def _is_complete_gzip(snapshot: BufferedReader) -> bool:
    """Return whether the end of a compressed snapshot is there.

    At most MAX_PROGRAM_CONTENTS and a piece are decompressed; what else the file has makes it none.
    """
    unzip, end, length, goes_on = zlib.decompressobj(wbits=_GZIP), b"", 0, True
    try:
        while goes_on and not unzip.eof and length <= MAX_PROGRAM_CONTENTS:
            data = unzip.unconsumed_tail or snapshot.read(_PIECE)
            piece = unzip.decompress(data, _PIECE)
            end, length = (end + piece)[-len(_END) :], length + len(piece)
            goes_on = bool(data or piece)
    except zlib.error:
        return False
    return unzip.eof and end == _END and not unzip.unused_data and not snapshot.read(1)
