"""`moof replay`: plays what `moof run --record` has recorded, in the page or to print hashes."""

from __future__ import annotations

import gc
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from moof.cli.option_groups import option, takes
from moof.cli.serverflags import ServerFlags
from moof.cli.soundflags import SoundFlags
from moof.cli.terminal import fail, terminal

if TYPE_CHECKING:
    from moof.mac.input_replay import ScreenHash
    from moof.mac.recording import InputRecording
    from moof.server.config.options import ServerOptions

SHOWN_DIGITS: Final = 16
"""Of a hash, of 64."""
DIFFERENT: Final = 1
"""The exit status when the last screen is another one than expected; 2 for a recording that is not played."""


@takes(flags=ServerFlags, sound=SoundFlags)
def replay(
    flags: ServerFlags,
    sound: SoundFlags,
    file: Annotated[Path, typer.Argument(help="Recording, which moof run --record FILE has made.")],
    check: Annotated[
        bool, option("Play as fast as possible, without a page, and print hashes of the screen.", "--check")
    ] = False,
    every: Annotated[
        int, option("With --check: print a hash after so many ticks, 60 of which are a second.", min=1)
    ] = 600,
    expect: Annotated[
        str | None, option("With --check: hash of the last screen; with another one the exit status is 1.")
    ] = None,
    repeat: Annotated[bool, option("In the page: begin again at the end.", "--repeat")] = False,
    documents: Annotated[
        Path | None, option("Folder with the documents that the disk had; they are copied.")
    ] = None,
) -> None:
    """Play a recording in the page, or with --check to see whether it gives the same screens.

    The same recording, with the same documents, always gives the same screens. Without --documents the disk
    is a new one. What the Mac saves on it is dropped.
    """
    from moof.mac.errors import MacError

    gc.enable()
    if documents is not None and not documents.is_dir():
        fail(f"--documents {documents}: there is no such folder.")
    try:
        recording = load(file)
        with tempfile.TemporaryDirectory(prefix="moof-replay-") as folder:
            disk = copied_documents(documents, Path(folder) / "documents")
            if not check:
                serve_replay(flags, sound, replay_command(file, disk, repeat))
                return
            last = print_hashes(recording, disk, every)
    except MacError as error:
        fail(str(error))
    if expect is not None and not (len(expect) >= SHOWN_DIGITS and last.digest.startswith(expect.lower())):
        fail(f"The last screen has the hash {last.digest[:SHOWN_DIGITS]}, not {expect}.", DIFFERENT)


def replay_command(file: Path, documents: Path, repeat: bool) -> list[str]:
    """Return the command that starts the Mac that plays a recording."""
    words = [sys.executable, "-m", "moof.mac_process", "--replay", str(file), "--documents", str(documents)]
    return [*words, "--repeat"] if repeat else words


def serve_replay(flags: ServerFlags, sound: SoundFlags, command: list[str]) -> None:
    """Serve the Mac that this command starts, until stopped."""
    from moof.cli.run import serve_until_stopped, server_options

    def options() -> ServerOptions:
        made = server_options(flags, sound, None, verbose=False)
        return replace(made, emulator_command=command, emulator_standby=True, emulator_offline=True)

    serve_until_stopped(flags, verbose=False, options=options)


def load(file: Path) -> InputRecording:
    """Return the recording in a file. Raises MacError."""
    from moof.mac.recording import read_recording_file

    recording = read_recording_file(file)
    if not recording.whole:
        terminal.print("The recording has no end: the Mac was killed. It is played as far as it goes.")
    return recording


def copied_documents(documents: Path | None, folder: Path) -> Path:
    """Return a new folder with copies of these documents, or with those of a new disk. Raises MacError."""
    from moof.folder_files import copy_files
    from moof.mac.documents_folder import DocumentsFolder, first_documents
    from moof.mac.recording import RecordingError

    if documents is not None:
        try:
            copy_files(documents, folder)
        except OSError as error:
            raise RecordingError(f"The documents in {documents} cannot be copied: {error}") from error
    DocumentsFolder(folder).prepare(first_documents())
    return folder


def print_hashes(recording: InputRecording, documents: Path, every: int) -> ScreenHash:
    """Play; print the hashes, and return the last one. Raises MacError."""
    from moof.mac.input_replay import Replay, ReplayDisk

    replaying = Replay(recording, ReplayDisk(documents))
    try:
        for each in replaying.run(every):
            typer.echo(f"tick {each.tick}  {each.digest[:SHOWN_DIGITS]}")
    finally:
        replaying.close()
    return each
