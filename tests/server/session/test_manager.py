import asyncio
import json
from typing import Any

import pytest

from moof.server.auth.tokens import Role
from moof.server.protocol.messages import CodecOffer, EmulatorView, SignallingError, Status
from moof.server.session.context import House, Offering
from moof.server.session.manager import MOST_VIEWERS, Lobby
from moof.server.session.signaling_channel import SocketClosedError
from moof.server.token_bucket import TokenBucket
from moof.server.transport.capabilities import VideoCodec, configure
from moof.server.viewers import Audience

OFFERING = Offering((CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG", "tiles")), {"h264": 102})
RUNNING = Status(EmulatorView(True, 1, "running", 640, 480), "")


class Page:
    """A page that only listens, until it is closed."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self._said: asyncio.Queue[str | SocketClosedError] = asyncio.Queue()

    async def receive(self) -> str:
        said = await self._said.get()
        if isinstance(said, SocketClosedError):
            raise said
        return said

    async def lose(self) -> None:
        """Join, and lose the WebSocket."""
        self._said.put_nowait('{"type":"join","codec":null}')
        self._said.put_nowait(SocketClosedError(goodbye=False))

    def say(self, text: str) -> None:
        self._said.put_nowait(text)

    async def send(self, text: str) -> None:
        self.heard.append(json.loads(text))

    async def send_bytes(self, data: bytes) -> None:
        raise AssertionError("nobody here watches lossless pictures")

    async def close(self) -> None:
        self._said.put_nowait(SocketClosedError())


@pytest.fixture
def lobby() -> Lobby:
    return Lobby(House(Audience(), OFFERING, lambda message: True, lambda: None), "h264")


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


async def arrive(lobby: Lobby, count: int = 1) -> tuple[list[Page], list[asyncio.Task[None]]]:
    pages = [Page() for _ in range(count)]
    tasks = [asyncio.create_task(lobby.welcome(page)) for page in pages]
    await settle()
    return pages, tasks


async def test_all_hear_what_changed_once(lobby: Lobby) -> None:
    pages, _ = await arrive(lobby, 2)
    lobby.tell_status(RUNNING)
    lobby.tell_status(RUNNING)
    await settle()
    for page in pages:
        assert [message["type"] for message in page.heard] == ["hello", "status", "status"]
        assert page.heard[-1]["emulator"]["width"] == 640
    (late,), _ = await arrive(lobby)
    assert late.heard[1]["emulator"]["width"] == 640
    assert lobby.status == RUNNING
    await lobby.close("end")


async def test_the_codec_of_all_changes(lobby: Lobby) -> None:
    (page,), _ = await arrive(lobby)
    lobby.set_codec("png")
    (late,), _ = await arrive(lobby)
    assert page.heard[-1] == {"type": "codec", "codec": "png", "choice": "png"}
    assert late.heard[0]["codec"] == lobby.codec == "png"
    assert [session.codec for session in lobby.sessions] == ["png", "png"]
    with pytest.raises(SignallingError):
        lobby.set_codec("av1")
    assert lobby.codec == "png"
    await lobby.close("end")


async def test_who_goes_is_forgotten(lobby: Lobby) -> None:
    (page,), tasks = await arrive(lobby)
    assert len(lobby.sessions) == 1
    await page.close()
    await asyncio.gather(*tasks)
    assert lobby.sessions == ()


async def test_viewers_have_different_names(lobby: Lobby) -> None:
    pages, _ = await arrive(lobby, 3)
    assert len({page.heard[0]["viewer"] for page in pages}) == 3
    await lobby.close("end")


async def test_one_too_many_is_turned_away(lobby: Lobby) -> None:
    pages, _ = await arrive(lobby, MOST_VIEWERS)
    (extra,), tasks = await arrive(lobby)
    await asyncio.gather(*tasks)
    assert [message["type"] for message in extra.heard] == ["bye"]
    await pages[0].close()
    await settle()
    (welcome,), _ = await arrive(lobby)
    assert welcome.heard[0]["type"] == "hello"
    await lobby.close("end")


async def test_a_crowd_waits_at_the_door(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = asyncio.Event()

    async def wait(bucket: TokenBucket) -> None:
        await opened.wait()

    monkeypatch.setattr(TokenBucket, "pass_through", wait)
    pages, _ = await arrive(lobby, MOST_VIEWERS)
    (extra,), _ = await arrive(lobby)
    assert lobby.sessions == ()
    assert [message["type"] for message in extra.heard] == ["bye"]
    opened.set()
    await settle()
    assert all(page.heard[0]["type"] == "hello" for page in pages)
    await lobby.close("end")


async def test_for_who_was_sent_away_all_newcomers_wait(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[float] = []
    monkeypatch.setattr(TokenBucket, "spend", lambda bucket, tokens: spent.append(tokens))
    (good, bad), tasks = await arrive(lobby, 2)
    for _ in range(200):
        bad.say("nonsense")
        await asyncio.sleep(0)
    await tasks[1]
    assert bad.heard[-1]["final"]
    await good.close()
    await tasks[0]
    assert spent == [10.0]


async def test_closing_says_goodbye_and_lets_nobody_in(lobby: Lobby) -> None:
    pages, tasks = await arrive(lobby, 3)
    await lobby.close("The server has been stopped.")
    await asyncio.gather(*tasks)
    for page in pages:
        assert page.heard[-1] == {"type": "bye", "message": "The server has been stopped.", "final": False}
    (late,), _ = await arrive(lobby)
    assert [message["type"] for message in late.heard] == ["bye"]
    assert lobby.sessions == ()


async def absent(lobby: Lobby, page: Page) -> None:
    configure([VideoCodec("h264", "video/H264", {})])
    await page.lose()
    async with asyncio.timeout(10):
        while not any(session.absent for session in lobby.sessions):  # noqa: ASYNC110  its offer is made first
            await asyncio.sleep(0.005)


async def test_who_comes_back_keeps_the_place(lobby: Lobby) -> None:
    (page,), _ = await arrive(lobby)
    key, viewer = page.heard[0]["session"], page.heard[0]["viewer"]
    await absent(lobby, page)
    again, stranger = Page(), Page()
    tasks = [
        asyncio.create_task(lobby.welcome(again, key=key)),
        asyncio.create_task(lobby.welcome(stranger, Role.VIEWER, key)),
    ]
    await settle()
    assert (again.heard[0]["viewer"], again.heard[0]["resumed"]) == (viewer, True)
    assert stranger.heard[0]["viewer"] != viewer
    assert len(lobby.sessions) == 2
    await lobby.close("end")
    await asyncio.gather(*tasks)


async def test_the_place_of_one_who_is_absent_is_given_away_before_anybody_is_turned_away(
    lobby: Lobby,
) -> None:
    pages, _ = await arrive(lobby, MOST_VIEWERS)
    await absent(lobby, pages[0])
    (newcomer, extra), _ = await arrive(lobby, 2)
    assert newcomer.heard[0]["type"] == "hello"
    assert extra.heard[0]["type"] == "bye"
    await lobby.close("end")
