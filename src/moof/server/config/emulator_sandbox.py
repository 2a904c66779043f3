"""The sandbox of an emulator of moof.toml, which speaks the contract IPC v4 itself."""

import shutil
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from moof.process import Sandbox
from moof.process.sandbox import HOMES
from moof.process.visible_files import is_broad, named_files, program_files
from moof.server.config.emulator_settings import EmulatorSettings


def configured_sandbox(name: str, settings: EmulatorSettings) -> Sandbox:
    """Return the sandbox of `[emulators.NAME]`: its installation and what its table and preferences name.

    The preferences, what they name as `rom`, and `files` are read-only; `shared`, the working directory and
    what the command and the preferences name otherwise are writable.
    """
    home = Path.home()
    folder = (settings.folder or Path()).absolute()
    program = Path(shutil.which(settings.command[0]) or settings.command[0]).absolute()
    writable = [*named_files(settings.command[1:], folder, home), *settings.shared]
    if settings.folder is not None and not is_broad(folder, home):
        writable.append(folder)
    read_only = [*program_files(program, home, writable), *settings.files]
    homes = user_data_path("moof") / HOMES
    return Sandbox(
        read_only=tuple(read_only),
        writable=tuple(writable),
        settings=(settings.prefs,) if settings.prefs is not None else (),
        hidden=(user_data_path("moof"), user_config_path("moof")),
        home=homes / name,
        network=settings.network,
        own_pids=False,
        tmp=homes / f"{name}.tmp",
    )
