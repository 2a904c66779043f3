"""The folder of a bridge's states, and answers to requests at its extension socket."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from moof.bridge.bridge_options import BridgeOptions
from moof.bridge.program_states import ControlProtocol
from moof.bridge.state_control import StateControl, work_folder
from moof.extension import (
    Capability,
    ExtensionEnd,
    ExtensionMessage,
    ExtensionReceiver,
    StateOperation,
    StateRequest,
    StateResult,
    connect_extension,
)


def test_work_folder_is_this_bridges_alone_and_goes_with_it(tmp_path: Path) -> None:
    options = BridgeOptions(["x"], control=ControlProtocol.QMP, states=tmp_path / "states")
    with work_folder(options) as first, work_folder(options) as second:
        assert first is not None
        assert second is not None
        assert first != second
        assert first.is_relative_to(tmp_path / "states")
        assert first.stat().st_mode & 0o777 == 0o700
    assert not first.exists()


@pytest.mark.parametrize(("control", "named"), [(None, True), (ControlProtocol.QMP, False)])
def test_without_control_or_folder_there_are_no_states(
    control: ControlProtocol | None, named: bool, tmp_path: Path
) -> None:
    states = tmp_path / "states" if named else None
    with work_folder(BridgeOptions(["x"], control=control, states=states)) as folder:
        assert folder is None
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_made_means_no_states(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    options = BridgeOptions(["x"], control=ControlProtocol.QMP, states=tmp_path / "file/states")
    with work_folder(options) as folder:
        assert folder is None
    assert "No states are saved" in caplog.text


class NoReceiver(ExtensionReceiver):
    """Ignores what the server sends."""

    def extension_message(self, message: ExtensionMessage) -> None:
        pass


async def test_program_without_states_is_answered_for(tmp_path: Path) -> None:
    with ExtensionEnd.create({Capability.STATES}) as end:
        control = StateControl(BridgeOptions(["x"]), tmp_path, None, end)
        assert (control.address, control.sockets, control.folders) == ("", (), ())
        serving = asyncio.get_running_loop().run_in_executor(None, end.serve, NoReceiver())
        server = connect_extension(os.getpid(), Capability)
        assert server is not None
        server.flush()
        messages: list[ExtensionMessage] = []
        async with asyncio.timeout(30):
            while not server.greeted:
                messages += server.receive()
                await asyncio.sleep(0.001)
            control.requested(StateRequest(9, StateOperation.SAVE, "A"))
            while not messages:
                messages += server.receive()
                await asyncio.sleep(0.001)
        assert messages == [StateResult(9, "This emulator saves no states.")]
        server.close()
        end.stop()
        await serving
        control.stop()
