"""Names of documents, on the Mac and in the host's folder: each side can spell each name of the other. Pure.

A Mac's name has 1 to 31 characters of Mac Roman, no colon, and is found in either case ("Inside Macintosh:
Files", 2-25). A host's name is any bytes but a slash, and case counts.

- Mac to host: the same characters. What the host cannot spell (a slash, control characters, a dot in front,
  which would hide the file) is written %2F, as in addresses; so is a per cent sign that two digits follow.
- Host to Mac: the same, backwards. A name that is too long, has other characters, or differs from another
  one in case alone gets similar characters and a number that depends on the whole name: `Zażółć.txt` is
  `Zazólc#A7EE83.txt`. The folder's list leads back from it.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from typing import Final

from moof.clipboard_text import to_mac_roman
from moof.composed_text import composed

MAX_NAME: Final = 31
"""Characters of a name on the Mac."""
_FORBIDDEN: Final = frozenset(b"\0:")
_WRITTEN: Final = re.compile(r"%([0-9A-F]{2})")
_MUST_BE_WRITTEN: Final = re.compile(r"[\x01-\x1f/\x7f]|^\.|%(?=[0-9A-F]{2})")
_NUMBER_DIGITS: Final = 6
_MAX_EXTENSION: Final = 6  # with its dot


class DocumentNameError(ValueError):
    """A name that no document of a Mac has."""


def host_name(name: bytes) -> str:
    """Return what the host calls a new document of this Mac Roman name. Raises DocumentNameError."""
    if not 0 < len(name) <= MAX_NAME or _FORBIDDEN & set(name):
        raise DocumentNameError(f"{name!r} is not a name of a document")
    return _MUST_BE_WRITTEN.sub(lambda found: f"%{ord(found[0]):02X}", name.decode("mac_roman"))


def folded(name: bytes) -> str:
    """Return what two names of a Mac have in common that differ in case alone."""
    return name.decode("mac_roman").lower()


def mac_names(host_names: Iterable[str]) -> dict[str, bytes]:
    """Return the Mac's name for each name of a folder; no two of them are the same in either case."""
    names: dict[str, bytes] = {}
    taken: set[str] = set()
    rest: list[str] = []
    for host in sorted(host_names):
        name = _same_name(host)
        if name is None or folded(name) in taken:
            rest.append(host)
        else:
            names[host] = name
            taken.add(folded(name))
    for host in rest:
        numbered = (_numbered(host, attempt) for attempt in count())
        name = next(each for each in numbered if folded(each) not in taken)
        names[host] = name
        taken.add(folded(name))
    return names


def _same_name(host: str) -> bytes | None:
    """Return the Mac's name that `host_name` makes this one of, None if there is none."""
    try:
        whole = composed(host)
        name = _WRITTEN.sub(lambda found: chr(int(found[1], 16)), whole).encode("mac_roman")
        return name if host_name(name) == whole else None
    except ValueError:
        return None


def _numbered(host: str, attempt: int) -> bytes:
    """Return a name of similar characters with a number."""
    digest = hashlib.sha256(os.fsencode(host) + b"%d" % attempt).hexdigest()
    number = b"#" + digest[:_NUMBER_DIGITS].upper().encode()
    stem, dot, extension = host.rpartition(".")
    end = _similar(dot + extension) if stem else b""
    if not stem or len(end) > _MAX_EXTENSION:
        stem, end = host, b""
    return _similar(stem)[: MAX_NAME - len(number) - len(end)] + number + end


def _similar(text: str) -> bytes:
    visible = "".join(each for each in text if unicodedata.category(each) != "Cc")
    return to_mac_roman(visible).replace(b":", b"-")
