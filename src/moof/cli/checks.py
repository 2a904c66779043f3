"""The checks of `moof doctor`. Each one yields findings and raises nothing."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import socket
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final

from moof.cli.option_groups import option_names
from moof.cli.serverflags import ServerFlags
from moof.server.config.settings import SettingsError, exposed_settings, read_settings, settings_file

SEGMENT_MB: Final = 25
CLOCK_SOURCE: Final = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
FAST_CLOCKS: Final = ("tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", "xen")
_PYTHONS: Final = ((3, 11), (3, 14))
_PROCESSORS: Final = ("x86_64", "aarch64")
_SUPPORTED: Final = "Moof runs on Linux, x86-64 or ARM64, with Python 3.11 to 3.14"


class Outcome(Enum):
    """Result of a check."""

    GOOD = 1
    WARNING = 2
    BAD = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """The result about a subject, and a remedy if one is needed."""

    state: Outcome
    subject: str
    words: str
    remedy: str = ""


def check_python() -> Iterator[Finding]:
    """Check the interpreter's version, the system and the processor."""
    version = sys.version_info[:2]
    words = f"{version[0]}.{version[1]} at {sys.executable}"
    if _PYTHONS[0] <= version <= _PYTHONS[1]:
        yield Finding(Outcome.GOOD, "Python", words)
    else:
        yield Finding(Outcome.BAD, "Python", words, f"{_SUPPORTED}: MOOF_PYTHON=… scripts/run")
    machine = platform.uname()
    words = f"{machine.system}, {machine.machine}"
    if machine.system == "Linux" and machine.machine in _PROCESSORS:
        yield Finding(Outcome.GOOD, "Machine", words)
    else:
        yield Finding(Outcome.BAD, "Machine", words, f"{_SUPPORTED}.")


def check_core() -> Iterator[Finding]:
    """Check that the built-in Mac's processor can be loaded."""
    try:
        from moof.mac.musashi import Core

        Core()
    except Exception as error:  # noqa: BLE001  any error is a finding
        yield Finding(Outcome.BAD, "68k core", f"{error}", _core_remedy())
    else:
        yield Finding(Outcome.GOOD, "68k core", "Musashi is loaded")


def _core_remedy() -> str:
    """Return how to install the 68k core, with what compiling it lacks here."""
    again = "Install Moof again: scripts/run does it"
    headers = Path(sysconfig.get_path("include"), "Python.h")
    if shutil.which("gcc") and headers.exists():
        return f"{again}."
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-dev"
    return f"{again}, and compiles the core where it has no wheel: apt install gcc libc6-dev {package}"


def check_kernels() -> Iterator[Finding]:
    """Check that the pixel kernels are compiled, or can be, and whether that is kept."""
    try:
        from moof.ipc import busguard
        from moof.machine_code import has_cached_code
        from moof.media.warmup import make_kernels_ready

        make_kernels_ready()
        busguard.install()
    except Exception as error:  # noqa: BLE001  any error is a finding
        remedy = "Install Moof again: scripts/run does it."
        yield Finding(Outcome.BAD, "Pixel kernels", f"{error}", remedy)
    else:
        if has_cached_code():
            yield Finding(Outcome.GOOD, "Pixel kernels", "compiled for this processor")
        else:
            words = "compiled at each start, since no folder for them is writable"
            yield Finding(Outcome.WARNING, "Pixel kernels", words, "Make ~/.cache writable.")


def check_codecs() -> Iterator[Finding]:
    """Check that Opus exists and that each codec of the table encodes."""
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
    except Exception as error:  # noqa: BLE001  any error is a finding
        remedy = "Install PyAV's own wheel, which has all codecs: scripts/run does it."
        return Finding(Outcome.BAD, "Codec", f"{codec}: {error}", remedy)
    return Finding(Outcome.GOOD, "Codec", codec)


def check_browser() -> Iterator[Finding]:
    """Report which codecs the last page's browser supports."""
    from moof.server.storage.last_browser import LastBrowserFile

    accepted = LastBrowserFile().codecs()
    if accepted is None:
        words = "no page has connected yet"
        yield Finding(Outcome.WARNING, "Browser", words, "Open the page, then run this again.")
        return
    codecs = ", ".join(accepted) or "no video codec"
    words = f"the last one supports {codecs}"
    if accepted:
        yield Finding(Outcome.GOOD, "Browser", words)
    else:
        remedy = "Use the lossless codec (--codec png), which every browser supports, or another browser."
        yield Finding(Outcome.BAD, "Browser", words, remedy)


def check_settings() -> Iterator[Finding]:
    """Check moof.toml and the programs in it."""
    path = settings_file()
    try:
        settings = read_settings(path)
    except SettingsError as error:
        yield Finding(Outcome.BAD, "Settings", str(error), "Correct or remove the file.")
        return
    known = path.exists()
    if exposed := exposed_settings(path):
        words = f"others may read {path}, which has secrets: {', '.join(exposed)}"
        yield Finding(Outcome.WARNING, "Settings", words, f"chmod 600 {path}")
    yield Finding(
        Outcome.GOOD, "Settings", f"{path}" + ("" if known else " does not exist, which is allowed")
    )
    for name, emulator in settings.emulators.items():
        program = emulator.command[0]
        if shutil.which(program, path=os.environ.get("PATH")) is None:
            remedy = f"Install it, or give its absolute path in [emulators.{name}] command."
            yield Finding(Outcome.BAD, f"Emulator {name}", f"there is no program {program}", remedy)
        else:
            yield Finding(Outcome.GOOD, f"Emulator {name}", " ".join(emulator.command))


def check_access() -> Iterator[Finding]:
    """Check the files of tokens and login sessions: whether the server can use them, and who may sign in."""
    from moof.cli.tokens import chosen_token_file
    from moof.server.auth.credential_store import SESSIONS_FILE
    from moof.server.auth.login_sessions import LoginSessions
    from moof.server.auth.record_file import TokenError
    from moof.server.auth.token_store import TokenStore

    try:
        read_settings(settings_file())
    except SettingsError:
        return  # check_settings reports it
    tokens = TokenStore(chosen_token_file(None))
    logins = LoginSessions(tokens.path.with_name(SESSIONS_FILE))
    try:
        tokens.reload()
        logins.reload()
    except TokenError as error:
        yield Finding(Outcome.BAD, "Access", str(error), "Moof does not start with it.")
        return
    now = time.time()
    expired = sum(not each.is_valid(now) for each in tokens.tokens)
    words = f"{len(tokens.tokens)} tokens beside that of each start, {len(logins.sessions)} login sessions"
    if expired:
        remedy = "moof tokens lists them, moof tokens remove ID withdraws them."
        yield Finding(Outcome.WARNING, "Access", f"{words}; {expired} tokens have expired", remedy)
    else:
        yield Finding(Outcome.GOOD, "Access", words)


def check_ports() -> Iterator[Finding]:
    """Check that both ports are free."""
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
            words = f"{port} of {host} is not available: {error}"
            yield Finding(
                Outcome.WARNING, "Port", words, f"Moof is running already, or choose another: {option} …"
            )


def check_permissions() -> Iterator[Finding]:
    """Check that the contract's folders and the folder of Moof's data are writable."""
    from platformdirs import user_data_path

    for place in (Path("/dev/shm"), Path("/tmp"), user_data_path("moof")):
        existing = next(each for each in (place, *place.parents) if each.exists())
        if os.access(existing, os.W_OK | os.X_OK):
            yield Finding(Outcome.GOOD, "Permission", f"{place} is writable")
        else:
            remedy = "In a container, mount it writable; else ask this machine's administrator."
            yield Finding(Outcome.BAD, "Permission", f"{existing} is not writable", remedy)


def check_shared_memory() -> Iterator[Finding]:
    """Check the space for an emulator's segment, and remove files of dead ones."""
    from moof.ipc import clean_up_dead, find_emulators

    removed = clean_up_dead()
    if removed:
        yield Finding(Outcome.GOOD, "Leftovers", f"removed {len(removed)} files of dead emulators")
    try:
        space = os.statvfs("/dev/shm")
    except OSError as error:
        yield Finding(Outcome.BAD, "Shared memory", str(error), "Mount a tmpfs at /dev/shm.")
        return
    free = space.f_bavail * space.f_frsize // 1_000_000
    remedy = f"An emulator needs {SEGMENT_MB} MB, two while one restarts: docker run --shm-size=128m"
    wanted = SEGMENT_MB if find_emulators() else 2 * SEGMENT_MB  # a running one has its own already
    state = Outcome.BAD if free < SEGMENT_MB else Outcome.WARNING if free < wanted else Outcome.GOOD
    yield Finding(state, "Shared memory", f"{free} MB free", "" if state is Outcome.GOOD else remedy)


def check_sandbox() -> Iterator[Finding]:
    """Check whether emulators can run in a sandbox, and whether that filters system calls."""
    from moof.process import compiled_filter, why_no_sandbox

    if reason := why_no_sandbox():
        remedy = "Emulators run as this user's other programs do: with all of its files and the network."
        yield Finding(Outcome.WARNING, "Sandbox", f"none for emulators: {reason}", remedy)
        return
    shown = "own files, processes, network"
    if compiled_filter() is None:
        remedy = "apt install libseccomp2"
        yield Finding(Outcome.WARNING, "Sandbox", f"{shown}; system calls are not filtered", remedy)
    else:
        yield Finding(Outcome.GOOD, "Sandbox", f"for emulators: {shown}, filtered system calls")


def check_clock() -> Iterator[Finding]:
    """Check the kernel's clock source, which is read thousands of times a second."""
    try:
        source = CLOCK_SOURCE.read_text().strip()
    except OSError:
        yield Finding(Outcome.WARNING, "Time", "the kernel's clock source is unknown")
        return
    if re.match("|".join(FAST_CLOCKS), source):
        yield Finding(Outcome.GOOD, "Time", f"from {source}")
    else:
        remedy = "A slow source costs latency; see dmesg for why the kernel does not use tsc."
        yield Finding(Outcome.WARNING, "Time", f"from {source}", remedy)


def check_alsa_plugin() -> Iterator[Finding]:
    """Check for ALSA's way to the bridge's sound server, which some emulators need."""
    from moof.bridge.sound_environment import ALSA_PACKAGE, find_alsa_plugin

    plugin = find_alsa_plugin()
    if plugin is not None:
        yield Finding(Outcome.GOOD, "Sound", f"programs that support only ALSA use {plugin}")
    else:
        words = "programs that support only ALSA, such as Mini vMac, have no sound behind the bridge"
        yield Finding(Outcome.WARNING, "Sound", words, f"apt install {ALSA_PACKAGE}")


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    check_python,
    check_core,
    check_kernels,
    check_codecs,
    check_browser,
    check_settings,
    check_access,
    check_ports,
    check_permissions,
    check_shared_memory,
    check_sandbox,
    check_clock,
    check_alsa_plugin,
)
