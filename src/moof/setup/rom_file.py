"""Reads the file that a person gives as a ROM, or the two files of its chips."""

from collections.abc import Sequence
from pathlib import Path

from moof.sentence import Sentence, reason_of
from moof.setup.answers import without_tilde
from moof.setup.rom_identity import MAX_ROM_BYTES, RomKind, RomReport, identify_rom, join_halves


class RomFileError(Exception):
    """A file cannot be read; the text says why."""


def identify_files(paths: Sequence[Path]) -> RomReport:
    """Return what a file is, or two files that are each half of a ROM, in any order.

    May block for as long as a disk does.

    Raises:
        RomFileError: A file cannot be read, or there are more than two.
    """
    contents = [_read(path) for path in paths]
    if len(contents) == 1:
        return identify_rom(contents[0])
    if len(contents) != 2:
        raise RomFileError("A ROM is one file, or the two files of its chips.")
    if len(contents[0]) != len(contents[1]):
        raise RomFileError("The two files of a ROM's chips have the same length; these have not.")
    reports = [identify_rom(join_halves(*pair)) for pair in (contents, contents[::-1])]
    return next((each for each in reports if each.kind is RomKind.GOOD), reports[0])


def _read(path: Path) -> bytes:
    found = without_tilde(path)
    try:
        if found.exists() and not found.is_file():
            raise RomFileError(Sentence("{file} is no file.", file=str(path)))
        with found.open("rb") as file:
            data = file.read(MAX_ROM_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise RomFileError(
            Sentence("{file} cannot be read: {reason}.", file=str(path), reason=reason)
        ) from error
    if len(data) > MAX_ROM_BYTES:
        raise RomFileError(Sentence("{file} is too large for a ROM, which has 4 MB at most.", file=str(path)))
    return data
