"""Uploads over a bad line: what has arrived is kept, and the sender goes on from there.

A server that was started again goes on with them, too. They are bounded: at most MAX_UNFINISHED in a folder,
no more bytes than the folder has room for, and none that nobody has touched for MAX_AGE seconds.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from moof.sentence import Sentence, reason_of, said_by
from moof.server.storage.folder_errors import (
    FolderError,
    NoSuchFileError,
    StorageFullError,
    TooManyUploadsError,
    UploadMovedError,
)
from moof.server.storage.unfinished_upload import (
    OpenUpload,
    UploadFacts,
    UploadInUseError,
    create_unfinished,
    data_path,
    find_unfinished,
    remove_undescribed,
    remove_unfinished_upload,
    unfinished_in,
)
from moof.server.storage.upload_target import UploadRequest, UploadTarget

LOG: Final = logging.getLogger(__name__)

MAX_UNFINISHED: Final = 16
"""Unfinished uploads of a folder."""
MAX_TAKEN: Final = 64
"""Uploads of a folder whose file was taken, and whose sender may ask for that."""
MAX_AGE: Final = 7 * 86400.0
"""Seconds for which an upload that nobody touches is kept."""
_TAKEN_AGE: Final = 86400.0
_IDLE_SECONDS: Final = 600.0
"""After which an untouched upload gives way to a new one."""
_WRITE_BYTES: Final = 1 << 20
_T = TypeVar("_T")


class _Turn:
    """A request that uses an upload, until the next one for the same upload takes it over.

    The sender of a line that was cut comes back long before the server knows that the line was cut.
    """

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self._is_over = False
        self._waiting: asyncio.Timeout | None = None

    def take_over(self) -> None:
        """End the wait for more bytes; what has arrived is written."""
        self._is_over = True
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        """Return the next bytes, None at the end. Raises UploadMovedError if another request took over."""
        try:
            async with asyncio.timeout(0 if self._is_over else None) as self._waiting:
                return await anext(chunks, None)
        except TimeoutError as error:
            raise UploadMovedError("Another request goes on with this upload.") from error
        finally:
            self._waiting = None


class ResumableUploads:
    """The uploads to several folders, by their names."""

    def __init__(self, targets: Mapping[str, UploadTarget], clock: Callable[[], float] = time.time) -> None:
        """`clock` returns the seconds since 1970."""
        self.targets = targets
        self._clock = clock
        self._turns: dict[str, _Turn] = {}
        self._creating = asyncio.Lock()

    async def create(self, folder: str, request: UploadRequest) -> UploadFacts:
        """Begin an upload. Raises FolderError: there is no such folder, or it cannot take the file."""
        target = self.targets.get(folder)
        if target is None:
            raise NoSuchFileError("This Mac has no such folder.")
        try:
            async with self._creating:
                facts = await _in_thread(self._create, target, request)
            if request.length == 0:
                facts = await self.append(facts.identity, 0, _nothing())
        except OSError as error:
            raise StorageFullError(
                Sentence("“{name}” cannot be stored: {reason}.", name=request.name, reason=reason_of(error))
            ) from error
        return facts

    async def facts(self, identity: str) -> UploadFacts:
        """Return how much of an upload is here. Raises NoSuchFileError."""
        async with self._turn(identity):
            return (await _in_thread(self._find, identity))[1]

    async def append(self, identity: str, offset: int, chunks: AsyncIterator[bytes]) -> UploadFacts:
        """Append bytes as they come; the file is taken once it is complete.

        Raises:
            FolderError: The text says why; an error of `chunks` is raised, too. What came before it is kept.
        """
        async with self._turn(identity) as turn:
            target, facts = await _in_thread(self._find, identity)
            if offset != facts.size:
                raise UploadMovedError(f"This upload has {facts.size} bytes, not {offset}.")
            if not facts.taken:
                await self._receive(target, facts, turn, chunks)
            return (await _in_thread(self._find, identity))[1]

    async def discard(self, identity: str) -> None:
        """Remove an upload and what has come of it; a file that was taken stays. Raises FolderError."""
        async with self._turn(identity):
            target, _ = await _in_thread(self._find, identity)
            try:
                await _in_thread(remove_unfinished_upload, target.path, identity)
            except OSError as error:
                raise StorageFullError(
                    Sentence("The upload cannot be removed: {reason}.", reason=reason_of(error))
                ) from error

    def remove_old(self) -> None:
        """Remove uploads that are older than they may be. May block for as long as a disk does."""
        for target in self.targets.values():
            self._remove_old(target)

    @contextlib.asynccontextmanager
    async def _turn(self, identity: str) -> AsyncIterator[_Turn]:
        """Yield this request's turn once the one before it has ended."""
        before, turn = self._turns.get(identity), _Turn()
        self._turns[identity] = turn
        try:
            if before is not None:
                before.take_over()
                await before.ended.wait()
            yield turn
        finally:
            turn.ended.set()
            if self._turns[identity] is turn:
                del self._turns[identity]

    async def _receive(
        self, target: UploadTarget, facts: UploadFacts, turn: _Turn, chunks: AsyncIterator[bytes]
    ) -> None:
        try:
            upload = await _in_thread(OpenUpload, target.path, facts.identity)
            try:
                await _append_all(upload, facts.request.length, turn, chunks)
                if upload.size == facts.request.length:
                    await _in_thread(upload.sync)
                    await _in_thread(_take, target, facts)
            finally:
                await _in_thread(upload.close)
        except UploadInUseError as error:
            raise UploadMovedError(said_by(error)) from error
        except OSError as error:
            raise StorageFullError(
                Sentence(
                    "“{name}” cannot be stored: {reason}.", name=facts.request.name, reason=reason_of(error)
                )
            ) from error

    def _find(self, identity: str) -> tuple[UploadTarget, UploadFacts]:
        for target in self.targets.values():
            facts = find_unfinished(target.path, identity)
            if facts is not None:
                return target, facts
        raise NoSuchFileError("There is no such upload, or it was not touched for too long.")

    def _create(self, target: UploadTarget, request: UploadRequest) -> UploadFacts:
        target.check_request(request)
        self._remove_old(target)
        unfinished = [each for each in unfinished_in(target.path) if not each.taken]
        unfinished.sort(key=lambda each: each.touched)
        while (refusal := _refusal(target, unfinished, request)) is not None:
            idle = next((each for each in unfinished if self._is_idle(each)), None)
            if idle is None:
                raise refusal
            self._remove(target, idle)
            unfinished.remove(idle)
        return create_unfinished(target.path, request)

    def _is_idle(self, facts: UploadFacts) -> bool:
        return facts.identity not in self._turns and facts.touched < self._clock() - _IDLE_SECONDS

    def _remove_old(self, target: UploadTarget) -> None:
        now = self._clock()
        remove_undescribed(target.path, now - _IDLE_SECONDS)
        taken = []
        for each in unfinished_in(target.path):
            if each.touched < now - (_TAKEN_AGE if each.taken else MAX_AGE):
                self._remove(target, each)
            elif each.taken:
                taken.append(each)
        taken.sort(key=lambda each: each.touched, reverse=True)
        for each in taken[MAX_TAKEN:]:
            self._remove(target, each)

    def _remove(self, target: UploadTarget, facts: UploadFacts) -> None:
        if not facts.taken:
            name = Path(target.path.name) / facts.request.name
            LOG.info("Removed the unfinished upload of %s: %d bytes.", name, facts.size)
        with contextlib.suppress(OSError):
            remove_unfinished_upload(target.path, facts.identity)


def _refusal(
    target: UploadTarget, unfinished: list[UploadFacts], request: UploadRequest
) -> TooManyUploadsError | StorageFullError | None:
    """Return why there is no place for one more upload beside these."""
    if len(unfinished) >= MAX_UNFINISHED:
        return TooManyUploadsError(
            Sentence(
                "{most} files are being uploaded already; try again in ten minutes.", most=str(MAX_UNFINISHED)
            )
        )
    room = max(0, target.room() - sum(each.missing for each in unfinished))
    if request.length > room:
        return StorageFullError(
            Sentence("There is no room for this file: {room} bytes are left.", room=str(room))
        )
    return None


def _take(target: UploadTarget, facts: UploadFacts) -> None:
    try:
        target.take(data_path(target.path, facts.identity), facts.request)
    except FolderError:
        remove_unfinished_upload(target.path, facts.identity)  # its sender is told why
        raise


async def _append_all(upload: OpenUpload, length: int, turn: _Turn, chunks: AsyncIterator[bytes]) -> None:
    """Write what comes, no more than `length` bytes in all, and also what came before an error."""
    collected = bytearray()
    try:
        while (chunk := await turn.next(chunks)) is not None:
            collected += chunk
            if upload.size + len(collected) > length:
                del collected[length - upload.size :]
                raise UploadMovedError(f"This upload has {length} bytes in all.")
            if len(collected) >= _WRITE_BYTES:
                data = bytes(collected)
                collected.clear()
                await _in_thread(upload.append, data)
    finally:
        if collected:
            await _in_thread(upload.append, bytes(collected))


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def _in_thread(act: Callable[..., _T], *arguments: Any) -> _T:
    """Act in a thread, and wait for its end also if this task is cancelled: it uses an open file."""
    acting = asyncio.ensure_future(asyncio.to_thread(act, *arguments))
    try:
        return await asyncio.shield(acting)
    except asyncio.CancelledError:
        await asyncio.wait([acting])
        raise
