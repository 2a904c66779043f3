"""Which part carries out a page's message, and which messages wait or are refused."""

from __future__ import annotations

import time
from unittest.mock import AsyncMock, Mock, call

import pytest

from moof.ipc import CommandCode, MachineCommand
from moof.server.auth.principal import LOCAL_OWNER, Principal
from moof.server.auth.roles import NotAllowedError, Role, RolePolicy
from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.config.kiosk_rules import KioskRules
from moof.server.emulator.emulator_states import NoStates
from moof.server.emulator.power import MachineControl
from moof.server.protocol.latency_messages import Latency, PathTimes
from moof.server.protocol.messages import parse
from moof.server.protocol.quality_messages import QualityRequest
from moof.server.session.context import SessionContext
from moof.server.session.kiosk import Kiosk
from moof.server.session.page_requests import PageRequests
from moof.server.session.presence import Presence
from moof.server.session.typist import Typist
from moof.server.viewers import ViewerRegistry
from moof.token_bucket import WaitingTokenBucket
from support.recording_emulator import RecordingEmulator


class Parts:
    """The requests of one page, with what they reach."""

    def __init__(
        self,
        principal: Principal = LOCAL_OWNER,
        policy: RolePolicy | None = None,
        kiosk: Kiosk | None = None,
        presence: Presence | None = None,
    ) -> None:
        self.emulator = RecordingEmulator()
        machine = MachineControl(self.emulator, None)
        typist = Typist(self.emulator)
        context = SessionContext(
            ViewerRegistry(),
            Mock(),
            self.emulator,
            machine,
            typist,
            policy=policy or RolePolicy(),
            kiosk=kiosk,
            presence=presence or Presence(),
        )
        self.page = Mock(viewer="v1", principal=principal, latency=None)
        self.negotiation = Mock(join=AsyncMock(), answer=AsyncMock())
        self.requests = PageRequests(self.page, context, self.negotiation)

    async def process(self, text: str) -> None:
        """Carry out one JSON message."""
        await self.requests.process(parse(text))


async def test_messages_about_the_connection_go_to_the_negotiation() -> None:
    parts = Parts()
    for text in (
        '{"type":"join"}',
        '{"type":"answer","sdp":"v=0"}',
        '{"type":"candidate","candidate":"","mid":"0"}',
    ):
        await parts.process(text)
    assert parts.negotiation.join.await_count == 1
    assert parts.negotiation.answer.await_args == call("v=0")
    assert parts.negotiation.add_candidate.call_args == call("", "0")


async def test_the_page_learns_its_latency_and_codec() -> None:
    parts = Parts()
    times = PathTimes(*[1.0] * 10)
    await parts.requests.process(Latency(1, 0.0, times, times))
    assert parts.page.latency == Latency(1, 0.0, times, times)
    await parts.process('{"type":"codec","codec":"png"}')
    assert parts.page.set_codec.call_args == call("png")


async def test_the_quality_of_the_picture_is_the_pages_own() -> None:
    parts = Parts(Principal(Role.VIEWER))
    await parts.process('{"type":"quality","quality":"saving","limit":500000}')
    assert parts.page.set_quality.call_args == call(QualityRequest("saving", 500_000))


async def test_joins_and_codec_changes_wait_for_one_rate_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[WaitingTokenBucket] = []

    async def note(bucket: WaitingTokenBucket) -> None:
        waited.append(bucket)

    monkeypatch.setattr(WaitingTokenBucket, "acquire", note)
    parts = Parts()
    for text in (
        '{"type":"join"}',
        '{"type":"codec","codec":"png"}',
        '{"type":"quality"}',
        '{"type":"answer","sdp":""}',
    ):
        await parts.process(text)
    assert len(waited) == 3
    assert len(set(map(id, waited))) == 1


async def test_the_switches_are_the_emulators() -> None:
    parts = Parts()
    await parts.process('{"type":"command","command":"reset"}')
    assert parts.emulator.messages == [MachineCommand(CommandCode.RESET)]


@pytest.mark.parametrize(
    "text",
    ['{"type":"command","command":"reset"}', '{"type":"text","id":"1","text":"a"}', '{"type":"restart"}'],
)
async def test_a_viewer_only_watches(text: str) -> None:
    parts = Parts(Principal(Role.VIEWER))
    with pytest.raises(NotAllowedError, match="watching only"):
        await parts.process(text)
    assert parts.emulator.messages == []


async def test_the_owner_may_keep_the_switches() -> None:
    parts = Parts(Principal(Role.PLAYER), RolePolicy(player_power=False))
    with pytest.raises(NotAllowedError, match="owner"):
        await parts.process('{"type":"restart"}')


@pytest.mark.parametrize("text", ['{"type":"command","command":"pause"}', '{"type":"restart"}'])
async def test_a_player_without_the_floor_does_not_switch_the_mac(text: str) -> None:
    parts = Parts(Principal(Role.PLAYER), presence=Presence(FloorRules(FloorMode.REQUEST)))
    with pytest.raises(NotAllowedError, match="Somebody else"):
        await parts.process(text)
    assert parts.emulator.messages == []


async def test_a_visitor_begins_in_a_kiosk_and_nowhere_else() -> None:
    kiosk = Kiosk(KioskRules("Museum"), NoStates())
    parts = Parts(Principal(Role.PLAYER), kiosk=kiosk)
    await parts.process('{"type":"kiosk-start"}')
    assert not kiosk.status.attract
    await Parts().process('{"type":"kiosk-start"}')


async def test_texts_and_a_page_that_says_so_count_as_use() -> None:
    parts = Parts(Principal(Role.PLAYER))
    for used, text in enumerate(('{"type":"still-here"}', '{"type":"text","id":"1","text":"🌙"}'), 1):
        await parts.process(text)
        assert parts.page.note_use.call_count == used
    with pytest.raises(NotAllowedError):
        await Parts(Principal(Role.VIEWER)).process('{"type":"still-here"}')


async def test_typing_keeps_the_mouse_and_a_kiosk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long text takes longer than others wait for somebody who does nothing."""
    now = time.monotonic()
    kiosk = Kiosk(KioskRules("Museum", 1.0), NoStates())
    presence = Presence(FloorRules(FloorMode.REQUEST))
    parts = Parts(Principal(Role.PLAYER), kiosk=kiosk, presence=presence)
    for viewer in ("v1", "v2"):
        presence.floor.join(viewer)
        presence.floor.request(viewer, now)
    kiosk.start(now)
    for minute in (0.9, 1.8, 2.7):
        later = now + 60.0 * minute
        monkeypatch.setattr(time, "monotonic", lambda at=later: at)
        parts.requests.characters_typed()
        presence.floor.review(later)
        await kiosk.review(later)
    assert (presence.floor.holder, kiosk.status.attract) == ("v1", False)
    assert parts.page.note_use.call_args == call(later)
    presence.close()
