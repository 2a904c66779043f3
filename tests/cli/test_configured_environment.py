"""An emulator of moof.toml's tables; which files its sandbox shows is in test_emulator_sandbox.py."""

from pathlib import Path

from moof.cli.configured_environment import ConfiguredEnvironment
from moof.cli.sandbox_choice import SandboxChoice
from moof.server.config.emulator_settings import EmulatorSettings


def test_a_file_that_was_put_back_is_shown_at_the_next_start(tmp_path: Path) -> None:
    disk = tmp_path / "disk.img"
    settings = EmulatorSettings(("sh", str(disk)), environment={"A": "b"}, shared=(tmp_path / "more",))
    environment = ConfiguredEnvironment("mine", settings, SandboxChoice())
    shown = []
    for _ in range(2):
        sandbox = environment.at_start().sandbox
        assert sandbox is not None
        shown.append(disk in sandbox.writable)
        disk.touch()
    assert shown == [False, True]
    assert environment.at_start().environment == {"A": "b"}


def test_without_a_sandbox_there_is_none() -> None:
    settings = EmulatorSettings(("sh",), sandbox=False)
    assert ConfiguredEnvironment("mine", settings, SandboxChoice()).at_start().sandbox is None
    chosen = ConfiguredEnvironment("mine", EmulatorSettings(("sh",)), SandboxChoice("off"))
    assert chosen.at_start().sandbox is None
