"""States of a Mac in files: the format, and the folder that is their shelf.

A state is what a Mac needs to go on where it was. `state_file` packs and reads the file: a header, what is
known about the state (`metadata`), a picture, and the compressed contents, which `moof.mac.state_contents`
makes and reads. `state_shelf` has the states with
names, `autosaves` the last ones that the Mac saved by itself.
"""

from moof.states.errors import StateError
from moof.states.metadata import StateMetadata
from moof.states.state_file import StateFile, StateSummary, pack_state, read_summary, unpack_state

__all__ = [
    "StateError",
    "StateFile",
    "StateMetadata",
    "StateSummary",
    "pack_state",
    "read_summary",
    "unpack_state",
]
