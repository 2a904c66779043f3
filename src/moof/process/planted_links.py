"""Keeps a sandbox from showing what its program has put in the place of a file: a link out of the sandbox.

A program that writes a folder can leave a symbolic link there, in the place of a disk image or of a folder
above it. At the next start the mount would follow that link, out of the folder to any file of this user, or,
where the link is in the way of a mount's place inside, create a file outside.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Final

from moof.process.sandbox import Sandbox

LOG: Final = logging.getLogger(__name__)


class Access(Enum):
    """What a sandbox's program may do with a file."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


def access_to(path: Path, sandbox: Sandbox) -> Access:
    """Return what the program may do with a path, by the deepest folder of its sandbox that contains it."""
    found = {each: Access.NONE for each in sandbox.hidden if path.is_relative_to(each)}
    found |= {each: Access.READ for each in sandbox.read_only if path.is_relative_to(each)}
    found |= {each: Access.WRITE for each in sandbox.writable if path.is_relative_to(each)}
    return found[max(found, key=lambda each: len(each.parts))] if found else Access.NONE


def planted_link(path: Path, sandbox: Sandbox) -> Path | None:
    """Return the first link in a path, itself included, that the program could have made; None if none is."""
    for each in (*reversed(path.parents), path):
        if each.is_symlink() and access_to(each.parent, sandbox) is Access.WRITE:
            return each
    return None


def without_planted_links(sandbox: Sandbox) -> Sandbox:
    """Return the sandbox without files behind such links, and without what a folder above shows already."""
    return replace(
        sandbox,
        read_only=tuple(_needed(sandbox.read_only, sandbox, Access.READ)),
        writable=tuple(_needed(sandbox.writable, sandbox, Access.WRITE)),
    )


def _needed(paths: tuple[Path, ...], sandbox: Sandbox, access: Access) -> Iterator[Path]:
    for path in paths:
        if (link := planted_link(path, sandbox)) is not None:
            LOG.warning("%s is not shown in the sandbox: it could have made the link %s.", path, link)
        elif access_to(path.parent, sandbox) is not access:
            yield path


def remove_links_in_the_way(sandbox: Sandbox, home: Path) -> None:
    """Remove links that the program has made in its home and /tmp where something is mounted. Raises OSError.

    `home` is the program's home inside the sandbox.
    """
    for inside, folder in ((home, sandbox.home), (Path("/tmp"), sandbox.tmp)):
        for path in (*sandbox.read_only, *sandbox.writable):
            if folder is not None and inside in path.parents:
                _remove_first_link(folder, path.relative_to(inside))


def _remove_first_link(folder: Path, below: Path) -> None:
    for each in (*reversed(below.parents), below):
        if (folder / each).is_symlink():
            LOG.warning("Removed the link %s, which an emulator has made.", folder / each)
            (folder / each).unlink()
            return
