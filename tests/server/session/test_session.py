"""A session with a page made of two queues; aiortc stands for the browser where one is needed."""

import asyncio
import json
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from moof.ipc import CommandCode, Key, MachineCommand, Message, Mouse, MouseMode, MouseModeCode
from moof.server.auth.audit import LOGGER_NAME, AuditEvent
from moof.server.auth.principal import Principal
from moof.server.auth.roles import Role, RolePolicy
from moof.server.config.page_address import NO_PAGE_ADDRESS
from moof.server.emulator.power import MachineControl
from moof.server.protocol.messages import Bye, CodecOffer, EmulatorView, Status, encode
from moof.server.session import session as session_module
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.session import ViewerSession
from moof.server.session.signaling_channel import WebSocketClosedError
from moof.server.session.typist import Typist
from moof.server.transport.capabilities import VideoCodec, configure_codecs, video_payload_type
from moof.server.transport.tile_stream import pack
from moof.server.viewers import ViewerRegistry
from moof.token_bucket import WaitingTokenBucket
from support.recording_emulator import RecordingEmulator

H264 = VideoCodec("h264", "video/H264", {"packetization-mode": "1", "profile-level-id": "42e01f"})
OFFER = MediaOffer(
    (CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG (lossless)", "tiles")),
    {"h264": video_payload_type(0)},
)
STATUS = Status(EmulatorView(), "The Mac is starting…")
WAIT = 30.0


class Page:
    """The page's end of a WebSocket, and the SignalingSocket of the server's end."""

    page = NO_PAGE_ADDRESS

    def __init__(self) -> None:
        self.to_server: asyncio.Queue[str | bytes | Exception | None] = asyncio.Queue()
        self.from_server: asyncio.Queue[str | None] = asyncio.Queue()
        self.updates: list[bytes] = []
        self.abused = False

    async def receive(self) -> str | bytes:
        message = await self.to_server.get()
        if isinstance(message, Exception):
            raise message
        if message is None:
            raise WebSocketClosedError
        return message

    def break_websocket(self) -> None:
        """The WebSocket is lost."""
        self.to_server.put_nowait(WebSocketClosedError(final=False))

    async def send(self, text: str) -> None:
        await self.from_server.put(text)

    async def send_bytes(self, data: bytes) -> None:
        self.updates.append(data)

    async def close(self, *, abused: bool = False) -> None:
        self.abused = abused
        await self.from_server.put(None)
        await self.to_server.put(None)

    def send_message(self, **fields: Any) -> None:
        self.to_server.put_nowait(json.dumps(fields))

    async def receive_message(self) -> dict[str, Any]:
        async with asyncio.timeout(WAIT):
            text = await self.from_server.get()
        assert text is not None, "the server closed the WebSocket"
        message: dict[str, Any] = json.loads(text)
        return message

    async def closed(self) -> bool:
        async with asyncio.timeout(WAIT):
            return await self.from_server.get() is None


class Server:
    """The rest of the server: keeps what sessions did to it."""

    def __init__(self) -> None:
        self.viewers = ViewerRegistry()
        self.emulator = RecordingEmulator()
        self.audio = Mock()
        machine = MachineControl(self.emulator, None)
        typist = Typist(self.emulator)
        self.context = SessionContext(self.viewers, OFFER, self.emulator, machine, typist, self.audio)

    @property
    def sent(self) -> list[Message]:
        return self.emulator.messages


@asynccontextmanager
async def open_session(server: Server) -> AsyncIterator[tuple[Page, ViewerSession]]:
    """A page that has received hello and status; it leaves at the end."""
    configure_codecs([H264])
    page = Page()
    session = ViewerSession("v1", "h264", page, server.context)
    running = asyncio.create_task(session.run(STATUS))
    assert (await page.receive_message())["type"] == "hello"
    assert (await page.receive_message())["type"] == "status"
    assert (await page.receive_message())["type"] == "keyboard"
    assert (await page.receive_message())["type"] == "clipboard-status"
    assert (await page.receive_message())["type"] == "window-status"
    assert (await page.receive_message())["type"] == "screen-text-status"
    yield page, session
    page.to_server.put_nowait(None)
    async with asyncio.timeout(WAIT):
        await running
    assert server.viewers.present() == ()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not condition():  # noqa: ASYNC110  it comes over the network
            await asyncio.sleep(0.005)


async def connect(page: Page) -> tuple[RTCPeerConnection, dict[str, RTCDataChannel]]:
    """Take the offer and answer it; returns once both channels are open."""
    browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    channels: dict[str, RTCDataChannel] = {}
    complete = asyncio.Event()

    def take(channel: RTCDataChannel) -> None:
        channels[channel.label] = channel
        if len(channels) == 2:
            complete.set()

    browser.on("datachannel", take)
    offer = await page.receive_message()
    assert offer["type"] == "offer"
    await browser.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
    await browser.setLocalDescription(await browser.createAnswer())
    page.send_message(type="answer", sdp=browser.localDescription.sdp)
    async with asyncio.timeout(WAIT):
        await complete.wait()
    return browser, channels


async def test_hello_status_and_keyboard_come_first() -> None:
    page = Page()
    session = ViewerSession("v1", "png", page, Server().context)
    running = asyncio.create_task(session.run(STATUS))
    hello, status, keyboard, clipboard, window, text = [await page.receive_message() for _ in range(6)]
    assert (hello["type"], hello["viewer"], hello["codec"]) == ("hello", "v1", "png")
    assert [codec["name"] for codec in hello["codecs"]] == ["h264", "png"]
    assert status["note"] == "The Mac is starting…"
    assert (keyboard["layout"], keyboard["settable"]) == ("us", False)
    assert {"name": "german", "title": "German"} in keyboard["layouts"]
    assert clipboard == {"type": "clipboard-status", "shared": False}
    assert window == {"type": "window-status", "followable": False}
    assert text == {"type": "screen-text-status", "readable": False}
    page.to_server.put_nowait(None)
    await running


async def test_invalid_messages_are_answered_with_an_error_and_the_session_goes_on() -> None:
    server = Server()
    async with open_session(server) as (page, _):
        for text in ("", "{", "[]", '{"type":"x"}', '{"type":"answer","sdp":""}'):
            page.to_server.put_nowait(text)
            assert (await page.receive_message())["type"] == "error"
        page.to_server.put_nowait(b"binary")
        assert await page.receive_message() == {"type": "error", "message": "signaling messages are text"}
        page.send_message(type="candidate", candidate="candidate:1", mid="0")
        assert (await page.receive_message())["message"] == "'join' comes first"
        page.send_message(type="join", codec="av1")
        assert (await page.receive_message())[
            "message"
        ] == "there is no codec 'av1': this server has h264, png"
        page.send_message(type="restart")
        page.send_message(type="join")
        assert (await page.receive_message())["type"] == "offer"
        assert server.sent == [MachineCommand(CommandCode.RESET)]


@pytest.mark.parametrize("message", [json.dumps({"type": "restart"}), b"", "no JSON"])
async def test_messages_beyond_the_rate_limit_end_the_session(
    message: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_MESSAGES_PER_SECOND", 0.001)  # none is added meanwhile
    async with open_session(Server()) as (page, _):
        for _ in range(150):
            page.to_server.put_nowait(message)
        while (bye := await page.receive_message())["type"] == "error":
            pass
        assert bye == {"type": "bye", "message": "You send too many messages.", "final": True}
        assert await page.closed()
        assert page.to_server.qsize() >= 48  # the others are not looked at
        assert page.abused


async def test_flood_of_frames_ends_the_session(caplog: pytest.LogCaptureFixture) -> None:
    async with open_session(Server()) as (page, session):
        page.to_server.put_nowait(WebSocketClosedError(flooded=True))
        await until(lambda: session.ended)
    assert session.disconnected_for_abuse
    assert [record.name for record in caplog.records] == [LOGGER_NAME]


async def test_withdrawal_closes_the_media_connection_and_the_websocket() -> None:
    server = Server()
    async with open_session(server) as (page, session):
        page.send_message(type="join", codec="png")
        browser, channels = await connect(page)
        session.withdraw("You are signed out.")
        page.send_message(type="command", command="reset")
        assert await page.receive_message() == {
            "type": "bye",
            "message": "You are signed out.",
            "final": True,
        }
        assert await page.closed()
        await until(lambda: channels["input"].readyState == "closed" and session.ended)
        await browser.close()
    assert not session.disconnected_for_abuse
    assert server.sent == []


async def test_withdrawal_ends_the_session_of_a_page_that_does_not_read() -> None:
    page = Page()
    page.from_server = asyncio.Queue(1)
    session = ViewerSession("v1", "h264", page, Server().context)
    running = asyncio.create_task(session.run(STATUS))
    await until(page.from_server.full)
    session.withdraw("You are signed out.")
    await until(lambda: session.ended)
    running.cancel()


async def test_withdrawal_ends_a_session_that_awaits_resumption() -> None:
    server = Server()
    async with open_session(server) as (page, session):
        page.send_message(type="join", codec="png")
        browser, _ = await connect(page)
        page.break_websocket()
        await until(lambda: session.awaits_resumption)
        session.withdraw("You are signed out.")
        await until(lambda: session.ended and server.viewers.present() == ())
        await browser.close()


async def test_the_owner_may_keep_the_switches() -> None:
    server, page = Server(), Page()
    context = replace(server.context, policy=RolePolicy(player_power=False))
    session = ViewerSession("v1", "h264", page, context, Principal(Role.PLAYER))
    running = asyncio.create_task(session.run(STATUS))
    for _ in range(6):
        await page.receive_message()
    page.send_message(type="restart")
    assert "for the owner" in (await page.receive_message())["message"]
    assert server.sent == []
    page.to_server.put_nowait(None)
    await running


async def test_commands_are_sent_to_the_emulator() -> None:
    server = Server()
    async with open_session(server) as (page, _):
        for command in ("pause", "resume", "reset"):
            page.send_message(type="command", command=command)
        page.send_message(type="codec", codec="png")
        assert await page.receive_message() == {"type": "codec", "codec": "png", "choice": "png"}
        codes = [CommandCode.PAUSE, CommandCode.RESUME, CommandCode.RESET]
        assert server.sent == [MachineCommand(code) for code in codes]
        recorded = [(each.event, each.detail) for each in server.context.audit.entries]
        assert recorded == [(AuditEvent.POWER, detail) for detail in ("reset", "resume", "pause")]


async def test_commands_without_an_emulator_are_answered_with_an_error() -> None:
    server = Server()
    server.emulator.connected = False
    async with open_session(server) as (page, _):
        page.send_message(type="command", command="reset")
        assert await page.receive_message() == {"type": "error", "message": "no emulator is connected"}
        page.send_message(type="restart")
        assert "could be restarted" in (await page.receive_message())["message"]


async def test_a_viewer_joins_types_and_leaves() -> None:
    server = Server()
    async with open_session(server) as (page, session):
        page.send_message(type="join", codec="png")
        browser, channels = await connect(page)
        (viewer,) = server.viewers.present()
        await until(lambda: viewer.ready)
        assert (viewer.id, viewer.codec) == ("v1", "png")
        session.set_codec("h264")
        assert await page.receive_message() == {"type": "codec", "codec": "h264", "choice": "h264"}
        assert viewer.codec == "h264"
        channels["input"].send(b"\x01\x01\x37\x00")
        channels["input"].send(b"not an input message")
        channels["input"].send(b"\x06\x01\x00\x00")
        await until(lambda: len(server.sent) == 2)
        assert server.sent == [Key(0x37, down=True), MouseMode(MouseModeCode.RELATIVE)]
        await browser.close()
    assert server.sent[2:] == [Key(0x37, down=False)]
    assert not any(isinstance(message, Mouse) for message in server.sent)


async def test_tiles_are_sent_to_the_page_and_counted() -> None:
    async with open_session(Server()) as (page, session):
        page.send_message(type="join")
        assert (await page.receive_message())["type"] == "offer"
        assert session.peer is not None
        session.peer.send_tiles([b"rectangle", b"frame"])
        await until(lambda: page.updates == [pack([b"rectangle", b"frame"])])
        assert session.totals.bytes_sent == len(page.updates[0])


async def test_a_lost_media_connection_ends_the_session_with_bye() -> None:
    async with open_session(Server()) as (page, _):
        page.send_message(type="join")
        browser, _ = await connect(page)
        await browser.close()
        assert await page.receive_message() == {
            "type": "bye",
            "message": "The connection was lost.",
            "final": False,
        }
        assert await page.closed()


async def test_after_an_unusable_answer_the_page_may_join_again() -> None:
    server = Server()
    async with open_session(server) as (page, _):
        page.send_message(type="join")
        await page.receive_message()
        page.send_message(type="answer", sdp="v=0")
        assert "answer cannot be used" in (await page.receive_message())["message"]
        assert server.viewers.present() == ()
        page.send_message(type="join")
        browser, _ = await connect(page)
        await browser.close()


async def test_joining_again_replaces_the_connection() -> None:
    server = Server()
    async with open_session(server) as (page, session):
        page.send_message(type="join")
        await page.receive_message()
        first = session.peer
        page.send_message(type="join")
        await page.receive_message()
        assert first is not None
        assert session.peer is not first
        assert server.viewers.present() == (session.peer,)


async def test_a_page_that_does_not_read_ends_the_session() -> None:
    page = Page()
    page.from_server = asyncio.Queue(1)
    session = ViewerSession("v1", "h264", page, Server().context)
    running = asyncio.create_task(session.run(STATUS))
    await until(page.from_server.full)
    for _ in range(100):
        session.send(STATUS)
    async with asyncio.timeout(WAIT):
        await running


async def test_the_audio_pipeline_drops_the_reports_of_a_viewer_that_left() -> None:
    server = Server()
    async with open_session(server):
        pass
    server.audio.remove_viewer.assert_called_once_with("v1")


async def test_joins_and_codec_changes_wait_for_their_rate_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[None] = []

    async def note(bucket: WaitingTokenBucket) -> None:
        turns.append(None)

    monkeypatch.setattr(WaitingTokenBucket, "acquire", note)
    async with open_session(Server()) as (page, session):
        page.send_message(type="codec", codec="png")
        page.send_message(type="join", codec=None)
        page.send_message(type="candidate", candidate="", mid="0")
        page.send_message(type="codec", codec="h264")
        await until(lambda: session.choice == "h264")
    assert len(turns) == 3


async def test_the_viewer_role_may_only_watch() -> None:
    server, page = Server(), Page()
    session = ViewerSession("v1", "h264", page, server.context, Principal(Role.VIEWER))
    running = asyncio.create_task(session.run(STATUS))
    assert (await page.receive_message())["role"] == "viewer"
    for _ in range(5):
        await page.receive_message()
    for message in (
        {"type": "restart"},
        {"type": "command", "command": "reset"},
        {"type": "text", "id": "1", "text": "a"},
        {"type": "text-stop", "id": "1"},
        {"type": "keyboard", "layout": "german"},
        {"type": "clipboard", "text": "mine"},
    ):
        page.send_message(**message)
        assert "watching only" in (await page.receive_message())["message"]
    session._inputs.input_received(bytes([1, 1, 5, 0]))
    session._inputs.input_received(b"invalid")
    assert (server.sent, session.totals.inputs_ignored) == ([], 2)
    page.to_server.put_nowait(None)
    await running


async def test_input_beyond_the_rate_limit_ends_the_session() -> None:
    server, page = Server(), Page()
    session = ViewerSession("v1", "h264", page, server.context)
    running = asyncio.create_task(session.run(STATUS))
    for _ in range(6):
        await page.receive_message()
    for number in range(20_000):
        session._inputs.input_received(bytes([1, number % 2, 5, 0]))
    bye = await page.receive_message()
    assert (bye["type"], bye["final"]) == ("bye", True)
    assert len(server.sent) < 20_000
    assert await page.closed()
    await running


async def test_a_page_that_lost_its_websocket_resumes_with_its_peer() -> None:
    server = Server()
    async with open_session(server) as (page, session):
        page.send_message(type="join", codec="png")
        browser, channels = await connect(page)
        (viewer,) = server.viewers.present()
        channels["input"].send(bytes([1, 1, 5, 0]))
        await until(lambda: server.sent == [Key(5, down=True)])
        page.break_websocket()
        await until(lambda: session.awaits_resumption)
        session.send(STATUS)  # it is lost
        channels["input"].send(bytes([1, 1, 6, 0]))
        await until(lambda: server.sent[1:] == [Key(6, down=True)])

        other = Page()
        resuming = asyncio.create_task(session.resume(other, STATUS))
        hello = await other.receive_message()
        assert (hello["viewer"], hello["session"], hello["resumed"]) == ("v1", session.resume_key, True)
        assert await other.receive_message() == json.loads(encode(STATUS))
        assert (await other.receive_message())["type"] == "keyboard"
        assert (await other.receive_message())["type"] == "clipboard-status"
        assert (await other.receive_message())["type"] == "window-status"
        assert (await other.receive_message())["type"] == "screen-text-status"
        assert await other.receive_message() == {"type": "codec", "codec": "png", "choice": "png"}
        assert server.viewers.present() == (viewer,)
        other.send_message(type="codec", codec="h264")
        assert (await other.receive_message())["codec"] == "h264"
        other.to_server.put_nowait(None)
        async with asyncio.timeout(WAIT):
            await resuming
        await browser.close()
    assert server.sent[2:] == [Key(5, down=False), Key(6, down=False)]


async def test_a_second_websocket_replaces_an_open_one() -> None:
    async with open_session(Server()) as (page, session):
        page.send_message(type="join")
        await page.receive_message()
        peer, other = session.peer, Page()
        resuming = asyncio.create_task(session.resume(other, STATUS))
        assert (await other.receive_message())["resumed"]
        assert await page.closed()
        assert session.peer is peer
        other.to_server.put_nowait(None)
        await resuming


async def test_bye_ends_a_session_that_awaits_resumption() -> None:
    async with open_session(Server()) as (page, session):
        page.send_message(type="join")
        await page.receive_message()
        page.break_websocket()
        await until(lambda: session.awaits_resumption)
        session.send(Bye("The server has been stopped."))
        await until(lambda: session.peer is None)
        assert session.ended


async def test_a_silent_page_without_a_websocket_ends_its_session() -> None:
    async with open_session(Server()) as (page, session):
        page.send_message(type="join")
        await page.receive_message()
        session._inputs.input_received(struct.pack("<BxxxId", 4, 1, 0.0))
        page.break_websocket()
        await until(lambda: session.awaits_resumption)
        session.release_if_silent(session._inputs.pinged_at + 4)
        assert session.awaits_resumption
        session.release_if_silent(session._inputs.pinged_at + 6)
        assert session.ended


async def test_held_keys_of_a_silent_page_are_released() -> None:
    server = Server()
    async with open_session(server) as (_, session):
        session._inputs.input_received(bytes([1, 1, 5, 0]))
        session.release_if_silent(time.monotonic() + 60)
        assert len(server.sent) == 1, "a page that never sent a ping is not silent"
        session._inputs.input_received(struct.pack("<BxxxId", 4, 1, 0.0))
        session.release_if_silent(session._inputs.pinged_at + 4)
        assert Key(5, down=False) not in server.sent
        session.release_if_silent(session._inputs.pinged_at + 6)
        assert server.sent[-1] == Key(5, down=False)


async def test_media_go_over_the_websocket_when_the_page_requests_it() -> None:
    server = Server()
    async with open_session(server) as (page, session):
        page.send_message(type="join", codec="h264", media="socket")
        assert await page.receive_message() == {"type": "codec", "codec": "png", "choice": "h264"}
        (viewer,) = server.viewers.present()
        assert viewer.ready
        page.to_server.put_nowait(bytes([1, 1, 5, 0]))
        await until(lambda: server.sent == [Key(5, down=True)])
        viewer.send_tiles([b"a rectangle", b"the end"])
        viewer.send_audio(b"opus", 2**32 + 960)
        await until(lambda: len(page.updates) == 2)
        sound = b"\x03\0\0\0\xc0\x03\0\0opus"
        assert page.updates == [pack([b"a rectangle", b"the end"]), pack([sound])]
        assert session.totals.bytes_sent == sum(map(len, page.updates))
        page.send_message(type="answer", sdp="v=0")
        assert "no offer to answer" in (await page.receive_message())["message"]
        page.break_websocket()
        await until(lambda: session.ended)  # without its WebSocket it has nothing to come back to
    assert server.sent[1:] == [Key(5, down=False)]


async def test_a_failed_connection_beside_the_websocket_does_not_end_the_session() -> None:
    async with open_session(Server()) as (page, session):
        page.send_message(type="join", codec="png")
        assert (await page.receive_message())["type"] == "offer"
        page.send_message(type="join", media="meanwhile")
        assert (await page.receive_message())["type"] == "codec"
        session.connection_lost()
        page.send_message(type="text-stop", id="none")
        page.send_message(type="join", media="offered")
        assert (await page.receive_message())["type"] == "codec"
        session.connection_lost()
        assert (await page.receive_message())["type"] == "bye"


async def test_a_text_is_typed_and_ends_with_its_viewer() -> None:
    server = Server()
    async with open_session(server) as (page, _):
        page.send_message(type="text", id="1", text="a")
        assert [(await page.receive_message())["state"] for _ in range(2)] == ["typing", "done"]
        page.send_message(type="text", id="2", text="b" * 1000)
        assert (await page.receive_message())["total"] == 1000
        page.send_message(type="text", id="2", text="c")
        assert (await page.receive_message())["type"] == "error"
    typed = [each for each in server.sent if isinstance(each, Key)]
    assert typed[:2] == [Key(0x00, down=True), Key(0x00, down=False)]
    assert len(typed) % 2 == 0
    assert not server.context.typist.has_taps("v1")


async def test_joining_again_does_not_stop_a_text() -> None:
    async with open_session(Server()) as (page, _):
        page.send_message(type="text", id="1", text="b" * 1000)
        assert (await page.receive_message())["state"] == "typing"
        page.send_message(type="join", media="socket", codec="png")
        page.send_message(type="text-stop", id="1")
        states: list[str] = []
        while not states or states[-1] != "stopped":
            message = await page.receive_message()
            states += [message["state"]] if message["type"] == "text-progress" else []
        assert set(states[:-1]) <= {"typing"}
