"""The disk as a device: requests of 68k code, answers, and what a reset leaves."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.mac.cpu import Interrupt
from moof.mac.disk import ENTRY_BYTES, Disk
from moof.mac.documents_folder import DocumentsFolder
from moof.mac.emulops import FAILED, EmulOp
from moof.mac.file_requests import FileFlags, FileOperation, FileResult
from moof.mac.headless import HeadlessMac

BLOCK, BUFFER = 0x5000, 0x6000
HostCall = Callable[..., tuple[int, ...]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def mac(probe_image: bytes, path: Path) -> Iterator[HeadlessMac]:
    folder = DocumentsFolder(path)
    folder.prepare({})
    with HeadlessMac(probe_image, documents=folder) as machine:
        machine.settle()
        yield machine


def put_request(
    mac: HeadlessMac, operation: int, name: bytes = b"", *, length: int = 0, flags: int = 0, offset: int = 0
) -> None:
    names = bytes((len(name),)) + name, b""
    fields = operation, flags, BUFFER, length, offset, b"TEXT", b"ttxt", *names
    mac.memory.write_bytes(BLOCK, struct.pack(">HHIII4s4s32s32s", *fields))


def signed(value: int) -> int:
    return value - (1 << 32) if value >> 31 else value


@pytest.fixture
def ask(mac: HeadlessMac, call_host: HostCall) -> Callable[..., tuple[int, int, int, int]]:
    """`ask(operation, name, length=…)`: makes a request and returns result, count, total and more."""

    def request(operation: int, name: bytes = b"", **fields: int) -> tuple[int, int, int, int]:
        put_request(mac, operation, name, **fields)
        assert call_host(EmulOp.FILE_REQUEST, a0=BLOCK)[0] == 0
        result, count, total, extra = call_host(EmulOp.FILE_RESULT)
        return signed(result), count, total, extra

    return request


Ask = Callable[..., tuple[int, int, int, int]]


def test_a_text_is_written_listed_and_read(mac: HeadlessMac, ask: Ask, path: Path) -> None:
    mac.memory.write_bytes(BUFFER, b"Gr\x9a\xa7e\r")
    assert ask(FileOperation.WRITE, b"Letter", length=6, flags=FileFlags.TEXT)[0] == FileResult.DONE
    assert (path / "Letter").read_text("utf-8") == "Größe\n"
    assert ask(FileOperation.LIST, length=10 * ENTRY_BYTES)[:3] == (0, 1, 1)
    assert mac.memory.read_bytes(BUFFER, 40) == b"\x06Letter".ljust(32, b"\0") + b"TEXTttxt"
    mac.memory.write_bytes(BUFFER, bytes(10))
    assert ask(FileOperation.READ, b"LETTER", length=4, flags=FileFlags.TEXT) == (0, 4, 6, 0)
    assert mac.memory.read_bytes(BUFFER, 6) == b"Gr\x9a\xa7\0\0"
    assert ask(FileOperation.READ, b"Letter", length=100, offset=4) == (0, 4, 8, 0)


def test_a_text_that_the_mac_cannot_show_is_marked(ask: Ask, path: Path) -> None:
    (path / "a").write_text("żółw", "utf-8")
    assert ask(FileOperation.READ, b"a", length=100, flags=FileFlags.TEXT) == (0, 4, 4, 1)


@pytest.mark.parametrize(
    ("operation", "name", "result"),
    [
        (FileOperation.READ, b"nothing", FileResult.NO_FILE),
        (FileOperation.READ, b"a:b", FileResult.BAD_NAME),
        (FileOperation.WRITE, b"", FileResult.BAD_NAME),
        (FileOperation.WRITE, b"there", FileResult.NAME_TAKEN),
        (FileOperation.TRASH, b"nothing", FileResult.NO_FILE),
        (FileOperation.TRASH, b"there", FileResult.DONE),
        (FileOperation.RENAME, b"there", FileResult.BAD_NAME),
        (FileOperation.EMPTY_TRASH, b"", FileResult.DONE),
    ],
)
def test_results_are_those_of_a_mac(
    ask: Ask, path: Path, operation: int, name: bytes, result: FileResult
) -> None:
    (path / "there").touch()
    assert ask(operation, name)[0] == result


def test_space_is_in_kilobytes(ask: Ask) -> None:
    result, free, total, trashed = ask(FileOperation.SPACE)
    assert (result, trashed) == (FileResult.DONE, 0)
    assert 0 < free <= total


def test_without_a_folder_there_is_no_disk(mac: HeadlessMac) -> None:
    disk = Disk(mac.memory, mac.board.interrupts, None)
    put_request(mac, FileOperation.SPACE)
    disk.submit(BLOCK)
    disk.perform()
    assert signed(disk.result()[0]) == FileResult.NO_DISK


def test_a_bad_request_fails_and_asks_nothing(mac: HeadlessMac, call_host: HostCall) -> None:
    put_request(mac, 99)
    assert call_host(EmulOp.FILE_REQUEST, a0=BLOCK)[0] == FAILED
    assert call_host(EmulOp.FILE_REQUEST, a0=0xFFFF_FFF0)[0] == FAILED
    assert signed(call_host(EmulOp.FILE_RESULT)[0]) == FileResult.BAD_PARAMETER


def test_one_request_at_a_time_and_an_interrupt_with_the_answer(mac: HeadlessMac) -> None:
    disk = mac.board.disk
    put_request(mac, FileOperation.SPACE)
    disk.submit(BLOCK)
    assert disk.result()[0] == FileResult.IN_PROGRESS
    with pytest.raises(ValueError, match="in progress"):
        disk.submit(BLOCK)
    mac.board.interrupts.clear()
    disk.perform()
    assert mac.board.interrupts.acknowledge()[0] == Interrupt.FILE
    assert disk.result()[0] == FileResult.DONE


def test_a_reset_drops_the_answer_but_not_the_document(mac: HeadlessMac, path: Path) -> None:
    disk = mac.board.disk
    mac.memory.write_bytes(BUFFER, b"abc")
    for number in range(4):
        put_request(mac, FileOperation.WRITE, b"Letter %d" % number, length=3)
        disk.submit(BLOCK)
        mac.reset()
    with pytest.raises(ValueError, match="before the reset"):
        disk.submit(BLOCK)
    mac.board.interrupts.clear()
    disk.perform()
    assert signed(disk.result()[0]) == FileResult.BAD_PARAMETER
    assert not mac.board.interrupts.acknowledge()[0]
    assert len(list(path.iterdir())) == 4
