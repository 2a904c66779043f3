"""What an emulator starts with that was not set up as a Mac, kept while moof.toml names another one."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from moof.atomic_file import replace_file
from moof.setup.answers import BUILT_IN_MAC
from moof.setup.mac_shelf import START_KEYS, built_in_settings, current_mac

LOG: Final = logging.getLogger(__name__)

KEPT: Final = ".emulators"
"""The folder, beside those of the Macs: its name is none that a Mac can have."""


def keep_settings(macs: Path, values: Mapping[str, object]) -> None:
    """Keep what belongs to the emulator in the values of moof.toml: its file, arguments and network.

    A Mac that was set up has them in its own folder. If they cannot be written, the log says so. May block.
    """
    kept = {key: values[key] for key in START_KEYS if values.get(key) is not None}
    emulator = kept.get("emulator")
    if emulator in (None, BUILT_IN_MAC) or current_mac(macs, values) is not None:
        return
    file = _file(macs, str(emulator))
    if file is None:
        return
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(file, json.dumps(kept).encode())
    except (OSError, TypeError) as error:
        LOG.warning("%s cannot be kept, only moof.toml.bak has it: %s", ", ".join(kept), error)


def kept_settings(macs: Path, emulator: str) -> dict[str, object]:
    """Return the values of moof.toml with which an emulator starts: those that were kept, if any."""
    file = _file(macs, emulator)
    found = _read(file) if file is not None else {}
    return {**built_in_settings(), **found, "emulator": emulator}


def _read(file: Path) -> Mapping[str, object]:
    """Return what a file keeps, nothing if there is none, or another program has written it."""
    try:
        values = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) and set(values) <= set(START_KEYS) else {}


def _file(macs: Path, emulator: str) -> Path | None:
    """Return where an emulator's values are kept, None for a name that is none of a file."""
    path = macs / KEPT / f"{emulator}.json"
    return path if path.parent == macs / KEPT and emulator.isprintable() and len(emulator) <= 100 else None
