import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moof.server.auth.credential_store import TOKENS_FILE, Credentials
from moof.server.auth.principal import LOCAL_OWNER, Principal
from moof.server.auth.roles import NotAllowedError, Role
from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.config.kiosk_rules import KioskRules
from moof.server.config.page_address import NO_PAGE_ADDRESS
from moof.server.emulator.emulator_states import NoStates
from moof.server.emulator.power import MachineControl
from moof.server.protocol.clipboard_messages import ClipboardCopied, ClipboardStatus
from moof.server.protocol.idle_messages import Unused
from moof.server.protocol.keyboard_messages import KeyboardStatus
from moof.server.protocol.kiosk_messages import KioskStatus
from moof.server.protocol.messages import CodecOffer, EmulatorView, SignalingError, Status
from moof.server.session.admission import MAX_VIEWERS
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.kiosk import Kiosk
from moof.server.session.manager import SessionManager
from moof.server.session.signaling_channel import WebSocketClosedError
from moof.server.session.typist import Typist
from moof.server.transport.capabilities import VideoCodec, configure_codecs
from moof.server.viewers import ViewerRegistry
from moof.token_bucket import WaitingTokenBucket
from support.access import new_tokens
from support.recording_emulator import RecordingEmulator

OFFER = MediaOffer((CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG", "tiles")), {"h264": 102})
RUNNING = Status(EmulatorView(True, 1, "running", 640, 480), "")


PLAYER = Principal(Role.PLAYER, address="10.0.0.1")
VIEWER = Principal(Role.VIEWER, address="10.0.0.1")


class Page:
    """A page that sends nothing, until it is closed."""

    page = NO_PAGE_ADDRESS

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self._incoming: asyncio.Queue[str | WebSocketClosedError] = asyncio.Queue()

    async def receive(self) -> str:
        message = await self._incoming.get()
        if isinstance(message, WebSocketClosedError):
            raise message
        return message

    async def lose(self) -> None:
        """Join, and lose the WebSocket."""
        self._incoming.put_nowait('{"type":"join","codec":null}')
        self._incoming.put_nowait(WebSocketClosedError(final=False))

    def send_text(self, text: str) -> None:
        self._incoming.put_nowait(text)

    async def send(self, text: str) -> None:
        self.received.append(json.loads(text))

    async def send_bytes(self, data: bytes) -> None:
        raise AssertionError("no tiles are sent in these tests")

    async def close(self, *, abused: bool = False) -> None:
        self._incoming.put_nowait(WebSocketClosedError())


@pytest.fixture
def session_manager() -> SessionManager:
    emulator = RecordingEmulator()
    machine = MachineControl(emulator, None)
    context = SessionContext(ViewerRegistry(), OFFER, emulator, machine, Typist(emulator))
    return SessionManager(context, "h264")


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


async def arrive(
    session_manager: SessionManager, count: int = 1, principal: Principal = PLAYER
) -> tuple[list[Page], list[asyncio.Task[None]]]:
    pages = [Page() for _ in range(count)]
    tasks = [asyncio.create_task(session_manager.serve(page, principal)) for page in pages]
    await settle()
    return pages, tasks


async def test_a_changed_status_is_sent_to_all_once(session_manager: SessionManager) -> None:
    pages, _ = await arrive(session_manager, 2)
    session_manager.send_status(RUNNING)
    session_manager.send_status(RUNNING)
    await settle()
    for page in pages:
        assert [message["type"] for message in page.received] == [
            "hello",
            "status",
            "keyboard",
            "clipboard-status",
            "window-status",
            "screen-text-status",
            "status",
        ]
        assert page.received[-1]["emulator"]["width"] == 640
    (late,), _ = await arrive(session_manager)
    assert late.received[1]["emulator"]["width"] == 640
    assert session_manager.status == RUNNING
    await session_manager.close("end")


async def test_set_codec_changes_all_sessions_and_those_to_come(session_manager: SessionManager) -> None:
    (page,), _ = await arrive(session_manager)
    session_manager.set_codec("png")
    (late,), _ = await arrive(session_manager)
    assert page.received[-1] == {"type": "codec", "codec": "png", "choice": "png"}
    assert late.received[0]["codec"] == session_manager.codec == "png"
    assert [session.codec for session in session_manager.sessions] == ["png", "png"]
    with pytest.raises(SignalingError):
        session_manager.set_codec("av1")
    assert session_manager.codec == "png"
    await session_manager.close("end")


async def test_a_session_is_removed_when_its_page_leaves(session_manager: SessionManager) -> None:
    (page,), tasks = await arrive(session_manager)
    assert len(session_manager.sessions) == 1
    await page.close()
    await asyncio.gather(*tasks)
    assert session_manager.sessions == ()


async def test_viewers_have_different_ids(session_manager: SessionManager) -> None:
    pages, _ = await arrive(session_manager, 3)
    assert len({page.received[0]["viewer"] for page in pages}) == 3
    await session_manager.close("end")


async def test_a_viewer_beyond_the_limit_receives_bye(session_manager: SessionManager) -> None:
    pages, _ = await arrive(session_manager, MAX_VIEWERS)
    (extra,), tasks = await arrive(session_manager)
    await asyncio.gather(*tasks)
    assert [message["type"] for message in extra.received] == ["bye"]
    await pages[0].close()
    await settle()
    (admitted,), _ = await arrive(session_manager)
    assert admitted.received[0]["type"] == "hello"
    await session_manager.close("end")


async def test_viewers_beyond_the_arrival_rate_wait_and_those_beyond_the_limit_receive_bye(
    session_manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = asyncio.Event()

    async def wait(bucket: WaitingTokenBucket) -> None:
        await opened.wait()

    monkeypatch.setattr(WaitingTokenBucket, "acquire", wait)
    pages, _ = await arrive(session_manager, MAX_VIEWERS)
    (extra,), _ = await arrive(session_manager)
    assert session_manager.sessions == ()
    assert [message["type"] for message in extra.received] == ["bye"]
    opened.set()
    await settle()
    assert all(page.received[0]["type"] == "hello" for page in pages)
    await session_manager.close("end")


async def test_a_session_disconnected_for_abuse_delays_new_ones(
    session_manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[float] = []
    monkeypatch.setattr(WaitingTokenBucket, "spend", lambda bucket, tokens: spent.append(tokens))
    (good, bad), tasks = await arrive(session_manager, 2)
    for _ in range(200):
        bad.send_text("invalid")
        await asyncio.sleep(0)
    await tasks[1]
    assert bad.received[-1]["final"]
    await good.close()
    await tasks[0]
    assert spent == [10.0]


async def test_close_sends_bye_and_admits_no_more_viewers(session_manager: SessionManager) -> None:
    pages, tasks = await arrive(session_manager, 3)
    await session_manager.close("The server has been stopped.")
    await asyncio.gather(*tasks)
    for page in pages:
        assert page.received[-1] == {"type": "bye", "message": "The server has been stopped.", "final": False}
    (late,), _ = await arrive(session_manager)
    assert [message["type"] for message in late.received] == ["bye"]
    assert session_manager.sessions == ()


async def test_pages_are_told_that_nobody_uses_the_mac_and_what_was_done_is_not_forgotten(
    session_manager: SessionManager,
) -> None:
    (ann, bob), tasks = await arrive(session_manager, 2, PLAYER)
    session_manager.unused_changed(Unused(60))
    await settle()
    assert [page.received[-1] for page in (ann, bob)] == [{"type": "unused", "seconds": 60}] * 2
    used = time.monotonic() + 5
    session_manager.sessions[0].note_use(used)
    await ann.close()
    await tasks[0]
    assert session_manager.acted_at == used


async def disconnected(session_manager: SessionManager, page: Page) -> None:
    configure_codecs([VideoCodec("h264", "video/H264", {})])
    await page.lose()
    async with asyncio.timeout(30):
        while not any(session.awaits_resumption for session in session_manager.sessions):  # noqa: ASYNC110  its offer is made first
            await asyncio.sleep(0.005)


async def test_a_resume_key_resumes_the_session_of_the_same_sender(session_manager: SessionManager) -> None:
    (page,), _ = await arrive(session_manager)
    key, viewer = page.received[0]["session"], page.received[0]["viewer"]
    await disconnected(session_manager, page)
    again, stranger = Page(), Page()
    tasks = [
        asyncio.create_task(session_manager.serve(again, PLAYER, key)),
        asyncio.create_task(session_manager.serve(stranger, VIEWER, key)),
    ]
    await settle()
    assert (again.received[0]["viewer"], again.received[0]["resumed"]) == (viewer, True)
    assert stranger.received[0]["viewer"] != viewer
    assert len(session_manager.sessions) == 2
    await session_manager.close("end")
    await asyncio.gather(*tasks)


async def test_a_holder_without_its_line_keeps_the_floor_until_its_session_ends(
    session_manager: SessionManager,
) -> None:
    pages, _ = await arrive(session_manager, 2, PLAYER)
    ann, bob = (page.received[0]["viewer"] for page in pages)
    floor, now = session_manager.presence.floor, time.monotonic()
    floor.set_rules(FloorRules(FloorMode.REQUEST), now)
    for viewer in (ann, bob):
        floor.request(viewer, now)
    await disconnected(session_manager, pages[0])
    session_manager.review(now)
    assert (floor.holder, floor.waiting) == (ann, (bob,))
    next(each for each in session_manager.sessions if each.viewer == ann).expire()
    async with asyncio.timeout(30):
        while floor.holder != bob:  # noqa: ASYNC110  its peer is closed first
            await asyncio.sleep(0.005)
    assert floor.waiting == ()
    await session_manager.close("end")


async def test_those_whose_credentials_were_withdrawn_end(
    session_manager: SessionManager, tmp_path: Path
) -> None:
    tokens = new_tokens(tmp_path)
    credentials = Credentials.at(tmp_path / TOKENS_FILE)
    now = time.time()
    known = [credentials.principal_of_token(tokens[role], "10.0.0.1", now) for role in Role]
    pages = [(await arrive(session_manager, 1, each or LOCAL_OWNER))[0][0] for each in [*known, None]]
    session_manager.end_unknown(credentials, now)
    player = known[1]
    assert player is not None
    await credentials.remove_token(player.token or "")
    session_manager.end_unknown(credentials, now)
    await settle()
    last = [page.received[-1] for page in pages]
    assert [each["type"] == "bye" for each in last] == [False, True, False, False]
    assert "signed out" in last[1]["message"]
    assert last[1]["final"]
    assert len(session_manager.sessions) == 3
    await session_manager.close("end")


async def test_a_session_that_awaits_resumption_is_ended_before_a_new_viewer_is_refused(
    session_manager: SessionManager,
) -> None:
    pages, _ = await arrive(session_manager, MAX_VIEWERS)
    await disconnected(session_manager, pages[0])
    (newcomer, extra), _ = await arrive(session_manager, 2)
    assert newcomer.received[0]["type"] == "hello"
    assert extra.received[0]["type"] == "bye"
    await session_manager.close("end")


async def test_viewers_leave_a_place_for_a_player_and_the_newest_one_makes_room_for_the_next(
    session_manager: SessionManager,
) -> None:
    viewers, _ = await arrive(session_manager, MAX_VIEWERS, VIEWER)
    assert [page.received[0]["type"] for page in viewers] == ["hello"] * (MAX_VIEWERS - 1) + ["bye"]
    players, _ = await arrive(session_manager, 2)
    assert [page.received[0]["type"] for page in players] == ["hello", "hello"]
    made_room = [page.received[-1].get("message", "") for page in viewers[:-1]]
    assert [("A player needed the place" in each) for each in made_room] == [False] * (MAX_VIEWERS - 2) + [
        True
    ]
    assert len(session_manager.sessions) == MAX_VIEWERS
    await session_manager.close("end")


async def test_a_page_that_does_not_connect_is_sent_away(session_manager: SessionManager) -> None:
    before = time.monotonic()
    (page,), tasks = await arrive(session_manager)
    session_manager.review(before + 29)
    await settle()
    assert len(session_manager.sessions) == 1
    session_manager.review(time.monotonic() + 31)
    await asyncio.gather(*tasks)
    assert page.received[-1]["message"] == "The page has not connected within 30 s."
    assert session_manager.sessions == ()


async def test_a_page_with_media_over_its_websocket_stays(session_manager: SessionManager) -> None:
    (page,), _ = await arrive(session_manager)
    page.send_text('{"type":"join","codec":"png","media":"socket"}')
    await settle()
    session_manager.review(time.monotonic() + 1000)
    session_manager.review(time.monotonic() + 1020)
    await settle()
    assert len(session_manager.sessions) == 1
    await session_manager.close("end")


async def test_a_changed_layout_is_sent_to_all(session_manager: SessionManager) -> None:
    pages, _ = await arrive(session_manager, 2)
    session_manager.layout_status_changed(KeyboardStatus("german", (), settable=True))
    await settle()
    for page in pages:
        assert page.received[-1] == {"type": "keyboard", "layout": "german", "layouts": [], "settable": True}
    await session_manager.close("end")


async def test_what_the_mac_copied_is_sent_to_players_and_not_to_viewers(
    session_manager: SessionManager,
) -> None:
    players, _ = await arrive(session_manager, 2)
    viewers, _ = await arrive(session_manager, 1, VIEWER)
    session_manager.clipboard_status_changed(ClipboardStatus(shared=True))
    session_manager.clipboard_copied(ClipboardCopied("a secret"))
    await settle()
    for page in players:
        assert page.received[-1] == {"type": "clipboard", "text": "a secret"}
    assert [page.received[-1] for page in viewers] == [{"type": "clipboard-status", "shared": True}]
    await session_manager.close("end")


async def test_visitors_are_told_of_the_kiosk_and_owners_are_not(session_manager: SessionManager) -> None:
    pages = [Page(), Page(), Page()]
    people = (PLAYER, VIEWER, LOCAL_OWNER)
    tasks = [
        asyncio.create_task(session_manager.serve(page, who)) for page, who in zip(pages, people, strict=True)
    ]
    await settle()
    session_manager.kiosk_changed(KioskStatus(attract=True))
    session_manager.release_everything()
    await settle()
    told = [[each["attract"] for each in page.received if each["type"] == "kiosk"] for page in pages]
    assert told == [[True], [True], []]
    for page in pages:
        await page.close()
    await asyncio.gather(*tasks)


async def test_a_request_of_a_visitor_begins_in_a_kiosk(session_manager: SessionManager) -> None:
    kiosk = Kiosk(KioskRules("Museum", 1.0), NoStates())
    session_manager = SessionManager(replace(session_manager._context, kiosk=kiosk), "h264")
    session_manager.admit_request(PLAYER)
    assert not kiosk.status.attract
    session_manager.presence.floor.set_rules(FloorRules(FloorMode.QUEUE), time.monotonic())
    with pytest.raises(NotAllowedError):
        session_manager.admit_request(PLAYER)
