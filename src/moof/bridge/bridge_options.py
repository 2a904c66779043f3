"""What a bridge runs, and how."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from moof.bridge.documents_image import DOCUMENTS_IMAGE, write_documents_image
from moof.bridge.errors import BridgeError
from moof.bridge.hot_keys import HotKey
from moof.bridge.keycodes import CapsLock
from moof.bridge.limits import Limits
from moof.bridge.pointer import MouseKind
from moof.bridge.program_ending import KnownMessage
from moof.bridge.program_states import ControlProtocol
from moof.ipc import MAX_HEIGHT, MAX_WIDTH
from moof.process import Sandbox


@dataclass(frozen=True, slots=True)
class BridgeOptions:
    """The program to run and its settings.

    In `command`, {pulse} stands for the sound server's address, {control} for the socket at which the program
    is controlled by the protocol `control`, and {directory} for the bridge's private directory, in which
    `texts` are written as files of these names, and an image of the folder `documents` (documents_image.py).
    `environment` is added to the usual variables; `title` is part of the title of the window to show; `keys`
    remaps keys (keycodes.py); `swallow` are hot keys that the program does not get; `size` is the display's,
    in pixels; `messages` are those with which the program says why it gives up. Without `opengl` the display
    has none. Without a `sandbox` the program may do all that this process may. `states` is the folder of its
    states, if any. `on_ready` receives the line that says how to connect.
    """

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    swallow: tuple[HotKey, ...] = ()
    mouse: MouseKind = MouseKind.ABSOLUTE
    caps_lock: CapsLock = CapsLock.TAP
    size: tuple[int, int] = (MAX_WIDTH, MAX_HEIGHT)
    limits: Limits = field(default_factory=Limits)
    messages: Sequence[KnownMessage] = ()
    sandbox: Sandbox | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    documents: Path | None = None
    opengl: bool = True
    control: ControlProtocol | None = None
    states: Path | None = None
    on_ready: Callable[[str], None] = lambda line: None

    def in_directory(self, directory: Path) -> "BridgeOptions":
        """Write `texts` and the image of `documents` into the bridge's directory.

        Return the options with it in command and sandbox. Raises BridgeError if the folder cannot be read.
        """
        for name, text in self.texts.items():
            (directory / name).write_text(text)
        command = [word.replace("{directory}", str(directory)) for word in self.command]
        written = [directory / name for name in self.texts]
        if self.documents is not None:
            written.append(_documents_image(self.documents, directory))
        sandbox = self.sandbox and replace(self.sandbox, read_only=(*self.sandbox.read_only, *written))
        return replace(self, command=command, sandbox=sandbox)


def _documents_image(folder: Path, directory: Path) -> Path:
    image = directory / DOCUMENTS_IMAGE
    try:
        write_documents_image(folder, image, int(time.time()))
    except OSError as error:
        raise BridgeError(f"the documents in {folder} cannot be put on a disk: {error.strerror}") from error
    return image
