"""When a kiosk goes back to its state, what begins, and what it tells the pages. The clock is an argument."""

from __future__ import annotations

import logging

import pytest

from moof.extension import StateOperation
from moof.server.auth.roles import Role
from moof.server.config.kiosk_rules import KioskRules
from moof.server.emulator.emulator_states import EmulatorStateError, NoStates
from moof.server.protocol.kiosk_messages import KioskStatus
from moof.server.session.kiosk import Kiosk, KioskPages

PLAYER, OWNER = Role.PLAYER, Role.OWNER


class States(NoStates):
    """Keeps what is asked; `error` is why it is refused."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.error = ""

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        assert action is StateOperation.LOAD
        if self.error:
            raise EmulatorStateError(self.error)
        self.loaded.append(name)


class Pages(KioskPages):
    """Keeps what they are told."""

    def __init__(self) -> None:
        self.told: list[bool | str] = []

    def kiosk_changed(self, status: KioskStatus) -> None:
        self.told.append(status.attract)

    def release_everything(self) -> None:
        self.told.append("released")


class Scene:
    """A kiosk of one minute and what it reaches."""

    def __init__(self) -> None:
        self.states, self.pages = States(), Pages()
        self.kiosk = Kiosk(KioskRules("Museum", 1.0), self.states)
        self.kiosk.set_pages(self.pages)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_the_state_is_loaded_once_at_the_start(scene: Scene) -> None:
    for now in (0.0, 1.0):
        await scene.kiosk.review(now)
    assert scene.states.loaded == ["Museum"]
    assert scene.kiosk.status == KioskStatus(attract=True)


async def test_a_visitors_press_begins_and_is_not_the_macs(scene: Scene) -> None:
    await scene.kiosk.review(0.0)
    assert not scene.kiosk.admits(PLAYER, 1.0, pressed=False)
    assert scene.pages.told == []
    assert not scene.kiosk.admits(PLAYER, 2.0, pressed=True)
    assert scene.kiosk.admits(PLAYER, 3.0, pressed=False)
    assert scene.kiosk.admits(PLAYER, 4.0, pressed=True)
    assert scene.pages.told == [False]


async def test_it_goes_back_when_nobody_has_used_the_mac_for_a_while(scene: Scene) -> None:
    await scene.kiosk.review(0.0)
    scene.kiosk.start(10.0)
    scene.kiosk.admits(PLAYER, 50.0, pressed=False)
    await scene.kiosk.review(109.9)
    assert scene.states.loaded == ["Museum"]
    await scene.kiosk.review(110.0)
    assert scene.states.loaded == ["Museum"] * 2
    assert scene.pages.told == [False, "released", True]
    await scene.kiosk.review(500.0)
    assert scene.states.loaded == ["Museum"] * 2


async def test_an_owner_uses_the_mac_at_any_time(scene: Scene) -> None:
    assert scene.kiosk.admits(OWNER, 0.0, pressed=False)
    assert scene.pages.told == []
    assert scene.kiosk.admits(OWNER, 0.0, pressed=True)
    assert scene.pages.told == [False]
    assert [scene.kiosk.concerns(role) for role in Role] == [False, True, True]


async def test_another_emulator_begins_from_the_state_too(scene: Scene) -> None:
    scene.kiosk.emulator_changed(4711)
    await scene.kiosk.review(0.0)
    scene.kiosk.start(1.0)
    for pid in (4711, None, 4711):
        scene.kiosk.emulator_changed(pid)
    await scene.kiosk.review(2.0)
    assert scene.states.loaded == ["Museum"]
    scene.kiosk.emulator_changed(4712)
    await scene.kiosk.review(3.0)
    assert scene.states.loaded == ["Museum"] * 2
    assert scene.kiosk.status.attract


async def test_a_state_that_cannot_be_loaded_is_tried_again_and_named_once(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.states.error = "There is no such state."
    with caplog.at_level(logging.WARNING):
        for now in range(50):
            await scene.kiosk.review(float(now))
    (record,) = caplog.records
    assert "“Museum”: There is no such state." in record.getMessage()
    assert not scene.kiosk.admits(PLAYER, 50.0, pressed=True)
    assert scene.kiosk.admits(PLAYER, 50.0, pressed=True)
    scene.states.error = ""
    await scene.kiosk.review(51.0)
    assert scene.states.loaded == ["Museum"]
