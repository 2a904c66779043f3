import asyncio
import json
from typing import Any

import pytest

from moof.server.auth.tokens import Role
from moof.server.emulator.power import MachineControl
from moof.server.protocol.messages import CodecOffer, EmulatorView, SignalingError, Status
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.manager import MAX_VIEWERS, SessionManager
from moof.server.session.signaling_channel import WebSocketClosedError
from moof.server.token_bucket import TokenBucket
from moof.server.transport.capabilities import VideoCodec, configure_codecs
from moof.server.viewers import ViewerRegistry
from support.recording_emulator import RecordingEmulator

OFFER = MediaOffer((CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG", "tiles")), {"h264": 102})
RUNNING = Status(EmulatorView(True, 1, "running", 640, 480), "")


class Page:
    """A page that only listens, until it is closed."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self._said: asyncio.Queue[str | WebSocketClosedError] = asyncio.Queue()

    async def receive(self) -> str:
        said = await self._said.get()
        if isinstance(said, WebSocketClosedError):
            raise said
        return said

    async def lose(self) -> None:
        """Join, and lose the WebSocket."""
        self._said.put_nowait('{"type":"join","codec":null}')
        self._said.put_nowait(WebSocketClosedError(goodbye=False))

    def say(self, text: str) -> None:
        self._said.put_nowait(text)

    async def send(self, text: str) -> None:
        self.heard.append(json.loads(text))

    async def send_bytes(self, data: bytes) -> None:
        raise AssertionError("nobody here watches lossless pictures")

    async def close(self) -> None:
        self._said.put_nowait(WebSocketClosedError())


@pytest.fixture
def session_manager() -> SessionManager:
    emulator = RecordingEmulator()
    context = SessionContext(ViewerRegistry(), OFFER, emulator, MachineControl(emulator, None))
    return SessionManager(context, "h264")


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


async def arrive(
    session_manager: SessionManager, count: int = 1
) -> tuple[list[Page], list[asyncio.Task[None]]]:
    pages = [Page() for _ in range(count)]
    tasks = [asyncio.create_task(session_manager.serve(page)) for page in pages]
    await settle()
    return pages, tasks


async def test_all_hear_what_changed_once(session_manager: SessionManager) -> None:
    pages, _ = await arrive(session_manager, 2)
    session_manager.send_status(RUNNING)
    session_manager.send_status(RUNNING)
    await settle()
    for page in pages:
        assert [message["type"] for message in page.heard] == ["hello", "status", "status"]
        assert page.heard[-1]["emulator"]["width"] == 640
    (late,), _ = await arrive(session_manager)
    assert late.heard[1]["emulator"]["width"] == 640
    assert session_manager.status == RUNNING
    await session_manager.close("end")


async def test_the_codec_of_all_changes(session_manager: SessionManager) -> None:
    (page,), _ = await arrive(session_manager)
    session_manager.set_codec("png")
    (late,), _ = await arrive(session_manager)
    assert page.heard[-1] == {"type": "codec", "codec": "png", "choice": "png"}
    assert late.heard[0]["codec"] == session_manager.codec == "png"
    assert [session.codec for session in session_manager.sessions] == ["png", "png"]
    with pytest.raises(SignalingError):
        session_manager.set_codec("av1")
    assert session_manager.codec == "png"
    await session_manager.close("end")


async def test_who_goes_is_forgotten(session_manager: SessionManager) -> None:
    (page,), tasks = await arrive(session_manager)
    assert len(session_manager.sessions) == 1
    await page.close()
    await asyncio.gather(*tasks)
    assert session_manager.sessions == ()


async def test_viewers_have_different_names(session_manager: SessionManager) -> None:
    pages, _ = await arrive(session_manager, 3)
    assert len({page.heard[0]["viewer"] for page in pages}) == 3
    await session_manager.close("end")


async def test_one_too_many_is_turned_away(session_manager: SessionManager) -> None:
    pages, _ = await arrive(session_manager, MAX_VIEWERS)
    (extra,), tasks = await arrive(session_manager)
    await asyncio.gather(*tasks)
    assert [message["type"] for message in extra.heard] == ["bye"]
    await pages[0].close()
    await settle()
    (welcome,), _ = await arrive(session_manager)
    assert welcome.heard[0]["type"] == "hello"
    await session_manager.close("end")


async def test_a_crowd_waits_at_the_door(
    session_manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = asyncio.Event()

    async def wait(bucket: TokenBucket) -> None:
        await opened.wait()

    monkeypatch.setattr(TokenBucket, "pass_through", wait)
    pages, _ = await arrive(session_manager, MAX_VIEWERS)
    (extra,), _ = await arrive(session_manager)
    assert session_manager.sessions == ()
    assert [message["type"] for message in extra.heard] == ["bye"]
    opened.set()
    await settle()
    assert all(page.heard[0]["type"] == "hello" for page in pages)
    await session_manager.close("end")


async def test_for_who_was_sent_away_all_newcomers_wait(
    session_manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[float] = []
    monkeypatch.setattr(TokenBucket, "spend", lambda bucket, tokens: spent.append(tokens))
    (good, bad), tasks = await arrive(session_manager, 2)
    for _ in range(200):
        bad.say("nonsense")
        await asyncio.sleep(0)
    await tasks[1]
    assert bad.heard[-1]["final"]
    await good.close()
    await tasks[0]
    assert spent == [10.0]


async def test_closing_says_goodbye_and_lets_nobody_in(session_manager: SessionManager) -> None:
    pages, tasks = await arrive(session_manager, 3)
    await session_manager.close("The server has been stopped.")
    await asyncio.gather(*tasks)
    for page in pages:
        assert page.heard[-1] == {"type": "bye", "message": "The server has been stopped.", "final": False}
    (late,), _ = await arrive(session_manager)
    assert [message["type"] for message in late.heard] == ["bye"]
    assert session_manager.sessions == ()


async def disconnected(session_manager: SessionManager, page: Page) -> None:
    configure_codecs([VideoCodec("h264", "video/H264", {})])
    await page.lose()
    async with asyncio.timeout(10):
        while not any(session.awaits_resumption for session in session_manager.sessions):  # noqa: ASYNC110  its offer is made first
            await asyncio.sleep(0.005)


async def test_who_comes_back_keeps_the_place(session_manager: SessionManager) -> None:
    (page,), _ = await arrive(session_manager)
    key, viewer = page.heard[0]["session"], page.heard[0]["viewer"]
    await disconnected(session_manager, page)
    again, stranger = Page(), Page()
    tasks = [
        asyncio.create_task(session_manager.serve(again, key=key)),
        asyncio.create_task(session_manager.serve(stranger, Role.VIEWER, key)),
    ]
    await settle()
    assert (again.heard[0]["viewer"], again.heard[0]["resumed"]) == (viewer, True)
    assert stranger.heard[0]["viewer"] != viewer
    assert len(session_manager.sessions) == 2
    await session_manager.close("end")
    await asyncio.gather(*tasks)


async def test_the_place_of_one_who_is_absent_is_given_away_before_anybody_is_turned_away(
    session_manager: SessionManager,
) -> None:
    pages, _ = await arrive(session_manager, MAX_VIEWERS)
    await disconnected(session_manager, pages[0])
    (newcomer, extra), _ = await arrive(session_manager, 2)
    assert newcomer.heard[0]["type"] == "hello"
    assert extra.heard[0]["type"] == "bye"
    await session_manager.close("end")
