"""The surroundings of an emulator of moof.toml's own tables, at each of its starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moof.process import EnvironmentSource, ProcessEnvironment
from moof.server.config.emulator_sandbox import configured_sandbox

if TYPE_CHECKING:
    from moof.cli.sandbox_choice import SandboxChoice
    from moof.server.config.emulator_settings import EmulatorSettings


class ConfiguredEnvironment(EnvironmentSource):
    """Looks at each start which files its sandbox shows: a disk image may have been put back."""

    def __init__(self, name: str, emulator: EmulatorSettings, choice: SandboxChoice) -> None:
        """Exits if a sandbox is required and impossible; otherwise the log says why there is none."""
        self._name = name
        self._emulator = emulator
        self._choice = choice
        self._has_sandbox = emulator.sandbox and choice.is_possible(emulator.command[0])

    @property
    def offline(self) -> bool:
        """Whether the emulator runs in a sandbox without network."""
        return self._has_sandbox and not self._choice.has_network(self._emulator.network)

    def at_start(self) -> ProcessEnvironment:
        """Return folder, variables and sandbox."""
        emulator = self._emulator
        sandbox = configured_sandbox(self._name, emulator) if self._has_sandbox else None
        chosen = self._choice.added_to(sandbox) if sandbox is not None else None
        return ProcessEnvironment(emulator.folder, emulator.environment, chosen)
