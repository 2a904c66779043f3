"""States of a real Hatari: the memory of then, and each reason to save or load nothing."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from moof.bridge import hatari_states
from moof.bridge.control_socket import ControlSocket
from moof.bridge.hatari_states import HatariStates
from moof.bridge.program_states import ProgramMachine, ProgramStateError
from support.hatari import RunningHatari, running_hatari

KEY_A, KEY_S, KEY_D = 0x1E, 0x1F, 0x20
DIGEST_BYTES = 32


@pytest.fixture
async def hatari(tmp_path: Path) -> AsyncIterator[RunningHatari]:
    async with running_hatari(tmp_path) as running:
        await running.press(KEY_A)
        yield running


async def test_hatari_goes_on_from_its_state(hatari: RunningHatari) -> None:
    machine = await hatari.states.machine()
    assert machine.name.startswith("Hatari 2."), machine
    state = hatari.folder / "state"
    await hatari.states.save(state, "")
    await hatari.press(KEY_S)
    for _ in range(2):
        await hatari.states.load(state)
        assert await hatari.shown_key() == KEY_A
        await hatari.press(KEY_D)
    assert not list(hatari.folder.glob("hatari[0-9]*"))


async def test_state_of_another_command_is_not_loaded(hatari: RunningHatari) -> None:
    state = hatari.folder / "state"
    await hatari.states.save(state, "")
    await hatari.press(KEY_S)
    other = bytearray(state.read_bytes())
    other[0] ^= 1
    (hatari.folder / "other").write_bytes(other)
    with pytest.raises(ProgramStateError, match="other files or settings"):
        await hatari.states.load(hatari.folder / "other")
    assert await hatari.shown_key() == KEY_S


async def test_hatari_that_cannot_go_on_begins_anew(hatari: RunningHatari) -> None:
    state = hatari.folder / "state"
    await hatari.states.save(state, "")
    other = state.read_bytes()[:DIGEST_BYTES] + gzip.compress(b"none of Hatari's" * 100)
    (hatari.folder / "other").write_bytes(other)
    with pytest.raises(ProgramStateError, match="has begun anew"):
        await hatari.states.load(hatari.folder / "other")
    await hatari.press(KEY_S)
    await hatari.states.load(state)
    assert await hatari.shown_key() == KEY_A


async def test_what_cannot_be_written_is_not_saved(hatari: RunningHatari) -> None:
    with pytest.raises(ProgramStateError, match="disk may be full"):
        await hatari.states.save(hatari.folder / "nowhere/state", "")
    await hatari.press(KEY_S)


@pytest.mark.parametrize("name", ["my states", "x" * 340, "new\nline"])
async def test_folder_that_hatari_cannot_use_is_refused(hatari: RunningHatari, name: str) -> None:
    for call in (
        hatari.states.save(hatari.folder / name / "state", ""),
        hatari.states.load(Path(name) / "s"),
    ):
        with pytest.raises(ProgramStateError, match="cannot use the folder"):
            await call


@pytest.mark.parametrize("option", ["--acsi", "--scsi", "--ide-master"])
async def test_hard_disk_image_refuses_states(tmp_path: Path, option: str) -> None:
    (tmp_path / "hard.img").write_bytes(bytes(1 << 20))
    image = str(tmp_path / "hard.img")
    async with running_hatari(tmp_path, option, image if "ide" in option else f"0={image}") as hatari:
        await hatari.shown_key()  # it runs
        with pytest.raises(ProgramStateError, match=r"uses the disk image hard\.img"):
            await hatari.states.machine()


async def test_ended_hatari_does_not_answer(hatari: RunningHatari, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatari_states, "_SECONDS", 0.1)
    await hatari.program.end()
    with pytest.raises(ProgramStateError, match="does not answer"):
        await hatari.states.save(hatari.folder / "state", "")


class StandIn:
    """A program at the other end of the socket, which says what a test wants."""

    def __init__(self, states: HatariStates, reader: asyncio.StreamReader) -> None:
        self.states = states
        self._reader = reader

    async def snapshot(self) -> Path:
        """Return where the next snapshot is to be."""
        line = (await self._reader.readline()).decode()
        assert await self._reader.readline() == b"hatari-shortcut savemem\n"
        return Path(line.removeprefix("hatari-path memsave ").rstrip("\n"))


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[StandIn]:
    socket = ControlSocket(tmp_path)
    await socket.start()
    reader, writer = await asyncio.open_unix_connection(socket.path)
    yield StandIn(HatariStates(socket, ["hatari"]), reader)
    writer.close()
    socket.stop()


SNAPSHOT = gzip.compress(bytes(1000) + b"\xef\xbe\xad\xde", mtime=0)  # names of tests are the same each time


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        SNAPSHOT[:-9],
        b"\x1f\x8b" + bytes(50),
        gzip.compress(bytes(1000), mtime=0),
        bytes(1000),
        b"\xef\xbe\xad\xde" + bytes(2),
        b"\xde",
        SNAPSHOT + bytes(9),
        SNAPSHOT * 2,
    ],
)
async def test_snapshot_without_its_end_is_not_a_state(
    stand_in: StandIn, tmp_path: Path, contents: bytes
) -> None:
    saving = asyncio.ensure_future(stand_in.states.save(tmp_path / "state", ""))
    snapshot = await stand_in.snapshot()
    snapshot.write_bytes(contents)
    stand_in.states.line_written(f"INFO : Memory state file saved: {snapshot}")
    with pytest.raises(ProgramStateError, match="not written the whole state"):
        await saving
    assert not snapshot.exists()
    assert not (tmp_path / "state").exists()


async def test_snapshot_that_never_ends_is_not_read_to_its_end(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hatari_states, "MAX_PROGRAM_CONTENTS", 2 << 20)
    bomb = gzip.compress(bytes(4 << 20) + b"\xef\xbe\xad\xde")
    for contents, words in ((bomb, "not written the whole"), (bytes(3 << 20), "larger")):
        saving = asyncio.ensure_future(stand_in.states.save(tmp_path / "state", ""))
        snapshot = await stand_in.snapshot()
        snapshot.write_bytes(contents)
        stand_in.states.line_written(f"INFO : Memory state file saved: {snapshot}")
        with pytest.raises(ProgramStateError, match=words):
            await saving


async def test_snapshot_of_a_hatari_without_zlib_is_a_state(stand_in: StandIn, tmp_path: Path) -> None:
    plain = gzip.decompress(SNAPSHOT)
    saving = asyncio.ensure_future(stand_in.states.save(tmp_path / "state", ""))
    snapshot = await stand_in.snapshot()
    snapshot.write_bytes(plain)
    stand_in.states.line_written(f"INFO : Memory state file saved: {snapshot}")
    await saving
    assert (tmp_path / "state").read_bytes()[DIGEST_BYTES:] == plain


async def test_only_the_line_about_this_snapshot_counts(stand_in: StandIn, tmp_path: Path) -> None:
    saving = asyncio.ensure_future(stand_in.states.save(tmp_path / "state", ""))
    snapshot = await stand_in.snapshot()
    snapshot.write_bytes(SNAPSHOT)
    for line in ("INFO : Memory state file saved: /other", f"memsave: x -> {snapshot}"):
        stand_in.states.line_written(line)
    done, _ = await asyncio.wait({saving}, timeout=0)
    assert not done
    for _ in range(2):  # what comes after it is ignored
        stand_in.states.line_written(f"INFO : Memory state file saved: {snapshot}")
    await saving
    assert (tmp_path / "state").read_bytes()[DIGEST_BYTES:] == SNAPSHOT


async def test_link_in_place_of_a_snapshot_leads_nowhere(stand_in: StandIn, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(SNAPSHOT)
    saving = asyncio.ensure_future(stand_in.states.save(tmp_path / "state", ""))
    snapshot = await stand_in.snapshot()
    snapshot.symlink_to(tmp_path / "theirs")
    stand_in.states.line_written(f"INFO : Memory state file saved: {snapshot}")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        await saving
    with suppress(FileNotFoundError):
        assert not (tmp_path / "state").read_bytes()


async def test_machine_is_the_version_that_its_first_line_says(stand_in: StandIn) -> None:
    with pytest.raises(ProgramStateError, match="not started yet"):
        await stand_in.states.machine()
    for version in ("2.4.1", "9"):
        stand_in.states.line_written(f"INFO : Hatari v{version}, compiled on:  Dec  5 2022, 09:34:38")
    assert await stand_in.states.machine() == ProgramMachine("Hatari 2.4.1")
