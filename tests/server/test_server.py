"""The whole server between real ends: an emulator behind the contract, aiortc and websockets as the page."""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from moof.ipc import CommandCode, Key, MachineCommand, find_emulators
from moof.process import ChildProcess
from moof.server.config.options import Certificate, ListenOptions, ServerError, ServerOptions
from moof.server.emulator.supervisor import SWITCHED_OFF
from moof.server.server import _serve_until_signaled, serve
from support.tile_updates import unpack

WAIT = 30.0

EMULATOR = """
import os, signal, sys, time
sys.path[:0] = {path!r}
from moof.geometry import Rect
from moof.ipc import EmulatorEnd, State
end = EmulatorEnd.create()
signal.signal(signal.SIGTERM, lambda *_: end.stop())
end.segment.state = State.RUNNING
end.frames.begin()[:48, :64] = os.getpid() % 251  # each its own picture
end.frames.publish(64, 48, Rect.whole(64, 48), (0, 0, False), time.time_ns() // 1000)
print(end.ready_line(), flush=True)
end.serve(lambda message: None)
end.close()
"""
"""It ends with status 0 on SIGTERM, as a Mac does that its user shuts down."""


class Page:
    """Behaves to the server as the page does."""

    def __init__(self, websocket: ClientConnection) -> None:
        self._websocket = websocket
        self._browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._browser.on("datachannel", self._take_channel)
        self.channels: dict[str, RTCDataChannel] = {}
        self.frames = 0
        self._unread: list[dict[str, Any]] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator["Page"]:
        address = url.replace("http", "ws") + "signaling"
        async with connect(address, proxy=None) as websocket:
            page = cls(websocket)
            yield page
            await page._browser.close()

    async def receive(self, kind: str) -> dict[str, Any]:
        """Return the next message of this type; skip others."""
        async with asyncio.timeout(WAIT):
            while True:
                message = self._unread.pop(0) if self._unread else await self._next()
                if message is not None and message["type"] == kind:
                    return message

    async def until_frames(self, more_than: int = 0) -> None:
        """Wait for frame messages, over the data channel or the WebSocket."""
        async with asyncio.timeout(WAIT):
            while self.frames <= more_than:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        message = await self._next()
                    self._unread += [message] if message is not None else []

    async def _next(self) -> dict[str, Any] | None:
        """Return the next text message; count frames."""
        received = await self._websocket.recv()
        if isinstance(received, str):
            return dict(json.loads(received))
        for part in unpack(received):
            self._count_frame(part)
        return None

    async def receive_status(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            status = await self.receive("status")
            if condition(status):
                return status

    async def send(self, **fields: Any) -> None:
        await self._websocket.send(json.dumps(fields))

    async def join(self, codec: str | None) -> None:
        await self.send(type="join", codec=codec)
        offer = await self.receive("offer")
        await self._browser.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
        await self._browser.setLocalDescription(await self._browser.createAnswer())
        await self.send(type="answer", sdp=self._browser.localDescription.sdp)
        await until(lambda: len(self.channels) == 2)

    def _take_channel(self, channel: RTCDataChannel) -> None:
        self.channels[channel.label] = channel
        if channel.label != "input":
            channel.on("message", self._count_frame)

    def _count_frame(self, message: bytes) -> None:
        self.frames += message[0] == 1


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT):
        while not condition():  # noqa: ASYNC110  threads and processes set no asyncio.Event
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[str]:
    """A server on free ports that needs no token, unless the options say otherwise; yields the page's URL."""
    options.setdefault("listen", ListenOptions(insecure=True))
    stop = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(ServerOptions(http_port=0, signaling_port=0, on_listening=url.set_result, **options), stop)
    )
    try:
        yield (await asyncio.wait_for(url, WAIT)).partition("?")[0]
    finally:
        stop.set()
        async with asyncio.timeout(WAIT):
            await serving


def exists(path: str) -> bool:
    return Path(path).exists()


def server_threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()} & {"picture", "sound-clock", "emulator-link"}


def emulator_command() -> list[str]:
    return [sys.executable, "-c", EMULATOR.format(path=sys.path)]


@pytest.mark.parametrize("codec", ["h264", "png"])
async def test_frames_reach_the_page_and_keys_the_emulator(emulator: Any, own_pid: int, codec: str) -> None:
    async with running(target_pid=own_pid, codec=codec) as url, Page.opened(url) as page:
        assert (await page.receive("hello"))["codec"] == codec
        await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        emulator.paint(0, 0, 64, 48)
        await page.join(None)
        await page.until_frames()
        page.channels["input"].send(b"\x01\x01\x37\x00")
        await until(lambda: Key(0x37, down=True) in emulator.messages)
        async with httpx.AsyncClient(base_url=url) as client:
            status = (await client.get("/api/status")).json()
            assert status["viewers"][0]["ready"]
            assert (status["emulator"]["width"], status["emulator"]["height"]) == (64, 48)
            await client.post("/api/restart")
        await until(lambda: MachineCommand(CommandCode.RESET) in emulator.messages)
    assert Key(0x37, down=False) in emulator.messages
    assert server_threads() == set()


async def test_page_gets_bye_when_the_server_stops(own_pid: int) -> None:
    async with running(target_pid=own_pid) as url:
        address = url.replace("http", "ws") + "signaling"
        websocket = await connect(address, proxy=None)
        page = Page(websocket)
        await page.receive("hello")
        assert (await page.receive("status"))["note"] == f"Waiting for emulator {own_pid}…"
        await page.send(type="restart")
        assert "no emulator" in (await page.receive("error"))["message"]
    assert (await page.receive("bye"))["message"] == "The server has been stopped."
    with pytest.raises(ConnectionClosed):
        await websocket.recv()
    await page._browser.close()


async def test_killed_emulator_is_restarted_for_the_same_page() -> None:
    async with running(emulator_command=emulator_command()) as url, Page.opened(url) as page:
        first = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        await page.join("png")
        await page.until_frames()
        before = page.frames
        os.kill(first["emulator"]["pid"], signal.SIGKILL)
        ended = await page.receive_status(lambda status: not status["emulator"]["connected"])
        assert ended["note"]
        second = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        assert second["emulator"]["pid"] != first["emulator"]["pid"]
        await page.until_frames(before)
    pids = [emulator.pid for emulator in find_emulators()]
    assert second["emulator"]["pid"] not in pids
    assert not exists(f"/dev/shm/macemu-video-{first['emulator']['pid']}")


async def test_mac_that_was_shut_down_starts_on_request() -> None:
    async with running(emulator_command=emulator_command()) as url, Page.opened(url) as page:
        first = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        os.kill(first["emulator"]["pid"], signal.SIGTERM)
        await page.receive_status(lambda status: status["note"] == SWITCHED_OFF)
        await page.send(type="restart")
        await page.receive_status(lambda status: bool(status["emulator"]["connected"]))


async def test_attached_emulator_is_served_until_it_ends() -> None:
    other = await asyncio.create_subprocess_exec(*emulator_command(), stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    await other.stdout.readline()
    own = {"emulator_command": emulator_command(), "emulator_offline": True, "listen": ListenOptions()}
    async with running(**own) as url, Page.opened(url) as page:
        first = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.post("/api/emulators", json={"pid": other.pid})).status_code == 200
            assert (await client.get("/api/status")).status_code == 401, "its guest may have the network"
            await page.receive_status(lambda status: status["emulator"]["pid"] == other.pid)
            os.kill(first["emulator"]["pid"], signal.SIGKILL)  # another one is started, and not served
            await until(lambda: not exists(f"/dev/shm/macemu-video-{first['emulator']['pid']}"))
            other.kill()
            await other.wait()
            ended = await page.receive_status(lambda status: not status["emulator"]["connected"])
            assert ended["note"]
            last = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
            assert last["emulator"]["pid"] not in (first["emulator"]["pid"], other.pid)
            assert (await client.get("/api/status")).status_code == 200


async def test_attached_emulator_that_never_answers_is_left_when_it_ends() -> None:
    other = await asyncio.create_subprocess_exec(*emulator_command(), stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    await other.stdout.readline()
    other.send_signal(signal.SIGSTOP)
    async with running(emulator_command=emulator_command()) as url, Page.opened(url) as page:
        own = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.post("/api/emulators", json={"pid": other.pid})).status_code == 200
        await page.receive_status(lambda status: not status["emulator"]["connected"])
        other.kill()  # which changes nothing that the server reports
        await other.wait()
        last = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        assert last["emulator"]["pid"] == own["emulator"]["pid"]


async def test_error_names_a_port_in_use(own_pid: int) -> None:
    async with running(target_pid=own_pid) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        with pytest.raises(ServerError, match=f"Port {port} ") as raised:
            await serve(ServerOptions(http_port=0, signaling_port=port), asyncio.Event())
        assert raised.value.settings == ("http_port", "signaling_port")


async def test_error_names_an_unknown_codec() -> None:
    with pytest.raises(ServerError, match="no codec 'mpeg1': this server has auto, h264, "):
        await serve(ServerOptions(http_port=0, signaling_port=0, codec="mpeg1"), asyncio.Event())


async def test_sigterm_ends_the_server(own_pid: int) -> None:
    listening = asyncio.Event()
    options = ServerOptions(
        http_port=0, signaling_port=0, target_pid=own_pid, on_listening=lambda url: listening.set()
    )
    serving = asyncio.create_task(_serve_until_signaled(options))
    async with asyncio.timeout(WAIT):
        await listening.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await serving
    assert server_threads() == set()


async def test_sigint_ends_server_and_emulator() -> None:
    script = f"""
import sys
sys.path[:0] = {sys.path!r}
from moof.server.config.options import ListenOptions, ServerOptions
from moof.server.server import run
run(ServerOptions(http_port=0, signaling_port=0, emulator_command={emulator_command()!r},
    listen=ListenOptions(insecure=True), on_listening=lambda url: print(url, flush=True)))
print("ended")
"""
    lines: list[str] = []
    child = ChildProcess([sys.executable, "-c", script], lines.append)
    await until(lambda: bool(lines))
    async with Page.opened(lines[0].partition("?")[0]) as page:
        status = await page.receive_status(lambda status: bool(status["emulator"]["connected"]))
        os.kill(child.pid, signal.SIGINT)
        await page.receive("bye")
    assert await child.wait() == 0
    assert lines[1:] == ["ended"]
    assert not exists(f"/proc/{status['emulator']['pid']}")


async def test_invalid_certificate_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "cert.pem"
    await asyncio.to_thread(file.write_text, "no certificate")
    options = ServerOptions(
        listen=ListenOptions(certificate=Certificate(file, file)), http_port=0, signaling_port=0
    )
    with pytest.raises(ServerError, match="TLS does not work"):
        await serve(options, asyncio.Event())
