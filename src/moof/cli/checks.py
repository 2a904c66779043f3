"""What `moof doctor` looks at. Each check returns findings, and raises nothing."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final

from moof.cli.option_groups import option_names
from moof.cli.serverflags import ServerFlags
from moof.server.config.settings import SettingsError, read_settings, settings_file

SEGMENT_MB: Final = 25
CLOCK_SOURCE: Final = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
QUICK_CLOCKS: Final = ("tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", "xen")
_PYTHONS: Final = ((3, 11), (3, 13))


class Outcome(Enum):
    """How a finding is meant."""

    GOOD = 1
    WARNING = 2
    BAD = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a subject, and a remedy if it needs one."""

    state: Outcome
    subject: str
    words: str
    remedy: str = ""


def check_python() -> Iterator[Finding]:
    """The interpreter: the 68k core has wheels for some only."""
    version = sys.version_info[:2]
    words = f"{version[0]}.{version[1]} at {sys.executable}"
    if _PYTHONS[0] <= version <= _PYTHONS[1]:
        yield Finding(Outcome.GOOD, "Python", words)
    else:
        yield Finding(Outcome.BAD, "Python", words, "Use Python 3.11 to 3.13: MOOF_PYTHON=… scripts/run")


def check_core() -> Iterator[Finding]:
    """The built-in Mac's processor."""
    try:
        from moof.mac.musashi import Core

        Core()
    except Exception as error:  # noqa: BLE001  whatever it is, it is what was to be found out
        yield Finding(Outcome.BAD, "68k core", f"{error}", "Install Moof again: scripts/run makes it new.")
    else:
        yield Finding(Outcome.GOOD, "68k core", "Musashi is loaded")


def check_codecs() -> Iterator[Finding]:
    """Each codec of the table encodes; Opus is there."""
    import numpy as np
    from av.codec import Codec

    from moof.geometry import Rect
    from moof.media.codecs import CODECS

    yield _attempt("Opus", lambda: Codec("libopus", "w"))
    picture = np.zeros((48, 64, 4), np.uint8)
    for codec in CODECS.values():
        if codec.make is not None:
            yield _attempt(codec.label, partial(codec.make, 64, 48, 30))
        elif codec.encode is not None:
            yield _attempt(codec.label, partial(codec.encode, picture, Rect(0, 0, 64, 48)))


def _attempt(codec: str, use: Callable[[], object]) -> Finding:
    try:
        use()
    except Exception as error:  # noqa: BLE001  whatever it is, it is what was to be found out
        remedy = "Install PyAV's own wheel, which has all codecs: scripts/run makes it new."
        return Finding(Outcome.BAD, "Codec", f"{codec}: {error}", remedy)
    return Finding(Outcome.GOOD, "Codec", codec)


def check_browser() -> Iterator[Finding]:
    """What the last page's browser took of our offer."""
    from moof.server.storage.last_browser import LastBrowserFile

    accepted = LastBrowserFile().codecs()
    if accepted is None:
        words = "no page has been connected yet"
        yield Finding(Outcome.WARNING, "Browser", words, "Open the page, then ask again.")
        return
    codecs = ", ".join(accepted) or "no video codec"
    words = f"the last one takes {codecs}"
    if accepted:
        yield Finding(Outcome.GOOD, "Browser", words)
    else:
        remedy = "Choose the lossless codec (--codec png), which every browser shows, or another browser."
        yield Finding(Outcome.BAD, "Browser", words, remedy)


def check_settings() -> Iterator[Finding]:
    """moof.toml, and the programs it names."""
    path = settings_file()
    try:
        settings = read_settings(path)
    except SettingsError as error:
        yield Finding(Outcome.BAD, "Settings", str(error), "Mend the file, or move it away.")
        return
    known = path.exists()
    yield Finding(Outcome.GOOD, "Settings", f"{path}" + ("" if known else " does not exist, which is fine"))
    for name, emulator in settings.emulators.items():
        from shutil import which

        program = emulator.command[0]
        if which(program, path=os.environ.get("PATH")) is None:
            remedy = f"Install it, or give its whole path in [emulators.{name}] command."
            yield Finding(Outcome.BAD, f"Emulator {name}", f"there is no program {program}", remedy)
        else:
            yield Finding(Outcome.GOOD, f"Emulator {name}", " ".join(emulator.command))


def check_ports() -> Iterator[Finding]:
    """Both ports can be had."""
    values: dict[str, object] = {}
    with contextlib.suppress(SettingsError):
        values = read_settings(settings_file()).values
    defaults = ServerFlags()
    host = str(values.get("host", defaults.host))
    for name in (each for each in option_names(ServerFlags) if each.endswith("_port")):
        port = values.get(name, getattr(defaults, name))
        option = f"--{name.replace('_', '-')}"
        try:
            if not isinstance(port, int) or not 0 <= port <= 0xFFFF:
                raise ValueError("a port is a number up to 65535")
            with socket.create_server((host, port)):
                yield Finding(Outcome.GOOD, "Port", f"{port} of {host} is free")
        except (OSError, ValueError) as error:
            words = f"{port} of {host} cannot be had: {error}"
            yield Finding(Outcome.WARNING, "Port", words, f"Moof runs already, or choose another: {option} …")


def check_permissions() -> Iterator[Finding]:
    """The places that the contract names, and where settings are kept, may be written to."""
    from platformdirs import user_data_path

    for place in (Path("/dev/shm"), Path("/tmp"), user_data_path("moof")):
        existing = next(each for each in (place, *place.parents) if each.exists())
        if os.access(existing, os.W_OK | os.X_OK):
            yield Finding(Outcome.GOOD, "Permission", f"{place} may be written to")
        else:
            remedy = "In a container, mount it for writing; else ask whoever looks after this machine."
            yield Finding(Outcome.BAD, "Permission", f"{existing} may not be written to", remedy)


def check_shared_memory() -> Iterator[Finding]:
    """Room for an emulator's segment, and what dead ones left there."""
    from moof.ipc import clean_up_dead, find_emulators

    removed = clean_up_dead()
    if removed:
        yield Finding(Outcome.GOOD, "Leftovers", f"removed {len(removed)} of emulators that are no more")
    try:
        room = os.statvfs("/dev/shm")
    except OSError as error:
        yield Finding(Outcome.BAD, "Shared memory", str(error), "Mount a tmpfs at /dev/shm.")
        return
    free = room.f_bavail * room.f_frsize // 1_000_000
    remedy = f"An emulator needs {SEGMENT_MB} MB, two while one restarts: docker run --shm-size=128m"
    wanted = SEGMENT_MB if find_emulators() else 2 * SEGMENT_MB  # one that runs has its own already
    state = Outcome.BAD if free < SEGMENT_MB else Outcome.WARNING if free < wanted else Outcome.GOOD
    yield Finding(state, "Shared memory", f"{free} MB free", "" if state is Outcome.GOOD else remedy)


def check_clock() -> Iterator[Finding]:
    """What the kernel reads the time from: it is asked thousands of times a second."""
    try:
        source = CLOCK_SOURCE.read_text().strip()
    except OSError:
        yield Finding(Outcome.WARNING, "Time", "the kernel does not say where it has it from")
        return
    if re.match("|".join(QUICK_CLOCKS), source):
        yield Finding(Outcome.GOOD, "Time", f"from {source}")
    else:
        remedy = "A slow source costs latency; see dmesg for why the kernel gave up on tsc."
        yield Finding(Outcome.WARNING, "Time", f"from {source}", remedy)


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    check_python,
    check_core,
    check_codecs,
    check_browser,
    check_settings,
    check_ports,
    check_permissions,
    check_shared_memory,
    check_clock,
)
