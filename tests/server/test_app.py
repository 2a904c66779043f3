"""The parts together, without an emulator; with one they are in test_server.py."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from moof.server.app import StreamingServer
from moof.server.auth.credential_store import TOKENS_FILE
from moof.server.auth.roles import Role
from moof.server.auth.token_store import TokenStore
from moof.server.config.idle_rules import IdleRules
from moof.server.config.options import ListenOptions, ServerError, ServerOptions
from moof.server.config.publish_options import PublishOptions
from support.whip_receiver import TOKEN, whip_receiver


def options(pid: int, **further: Any) -> ServerOptions:
    """The options of a server that admits everybody, unless `listen` says otherwise."""
    defaults = {"http_port": 0, "signaling_port": 0, "target_pid": pid}
    return ServerOptions(**{**defaults, "listen": ListenOptions(insecure=True), **further})


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def started(server: StreamingServer) -> AsyncIterator[httpx.AsyncClient]:
    server.start()
    async with httpx.AsyncClient(base_url=server.url) as client:
        yield client
    await server.stop()


async def test_status_and_health_are_served_until_stop(own_pid: int) -> None:
    server = StreamingServer(options(own_pid))
    async with started(server) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/api/status")).json()["note"] == f"Waiting for emulator {own_pid}…"
        assert server.backend.health_error() is None
    async with httpx.AsyncClient(base_url=server.url) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/")


async def test_one_port_is_enough(own_pid: int, free_port: int) -> None:
    server = StreamingServer(options(own_pid, http_port=free_port, signaling_port=free_port))
    async with started(server) as client:
        assert (await client.get("/")).status_code == 200
    assert server.url == f"http://127.0.0.1:{free_port}/"


async def test_ports_are_released_when_another_is_in_use(own_pid: int, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as used:
        taken = used.getsockname()[1]
        with pytest.raises(ServerError, match=f"Port {taken} "):
            StreamingServer(options(own_pid, http_port=free_port, signaling_port=taken))
    socket.create_server(("127.0.0.1", free_port)).close()


async def test_ports_are_released_without_readable_tokens(
    own_pid: int, free_port: int, tmp_path: Path
) -> None:
    tokens = tmp_path / "tokens.json"
    tokens.write_text("no tokens")
    tokens.chmod(0o600)
    listen = ListenOptions(host="0.0.0.0", token_file=tokens)
    with pytest.raises(ServerError, match=r"tokens\.json cannot be used"):
        StreamingServer(options(own_pid, http_port=free_port, listen=listen))
    socket.create_server(("0.0.0.0", free_port)).close()


async def test_viewers_end_when_another_process_withdraws_their_token(own_pid: int, tmp_path: Path) -> None:
    store = TokenStore(tmp_path / TOKENS_FILE)
    (kept, kept_secret), (gone, gone_secret) = (
        store.add(Role.VIEWER, name, time.time()) for name in ("kept", "gone")
    )
    listen = ListenOptions(token_file=store.path, host_names=("mac.example",))
    server = StreamingServer(options(own_pid, listen=listen))
    async with started(server) as client, AsyncExitStack() as pages:
        sockets = {}
        for token, secret in ((kept, kept_secret), (gone, gone_secret)):
            answer = await client.get("/", params={"token": secret})
            assert (answer.status_code, answer.headers["location"]) == (303, "./")
            headers = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
            page = connect(
                f"{server.url.replace('http', 'ws')}signaling", additional_headers=headers, proxy=None
            )
            sockets[token.id] = await pages.enter_async_context(page)
            client.cookies.clear()
        store.remove(gone.id)
        async with asyncio.timeout(30):
            messages = [json.loads(await sockets[gone.id].recv())]
            while messages[-1]["type"] != "bye":
                messages.append(json.loads(await sockets[gone.id].recv()))
        assert (messages[0]["role"], messages[-1]["type"], messages[-1]["final"]) == ("viewer", "bye", True)
        async with asyncio.timeout(30):
            while [each.principal.token for each in server._sessions.sessions] != [kept.id]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        refused = await client.get("/", headers=headers)
        assert refused.status_code == 401


async def test_pages_of_an_unused_mac_are_told_why_it_ends(own_pid: int) -> None:
    server = StreamingServer(options(own_pid))
    server.start()
    async with connect(f"{server.url.replace('http', 'ws')}signaling", proxy=None) as page:
        messages = [json.loads(await page.recv())]
        await server.idle(IdleRules(unwatched=5.0, unused=0.0))
        ending = asyncio.create_task(server.stop())
        messages += [json.loads(message) async for message in page]
        await ending
    assert messages[-1]["message"] == "Nobody has used this Mac for a while: it is saved and has ended."


async def test_the_owners_address_signs_the_owner_in(own_pid: int) -> None:
    server = StreamingServer(options(own_pid))
    async with started(server) as client:
        answer = await client.get(server.owner_url, follow_redirects=True)
        assert (answer.status_code, str(answer.url)) == (200, server.url)
        assert len(client.cookies) == 1


async def test_an_upload_lasts_as_long_as_the_server_and_is_no_session(own_pid: int) -> None:
    async with whip_receiver() as receiver:
        server = StreamingServer(options(own_pid, publish=PublishOptions(receiver.url, TOKEN)))
        async with started(server) as client:
            async with asyncio.timeout(30):
                while not server._publisher or not server._publisher.uploads:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert (await client.get("/api/status")).json()["viewers"] == []
        assert (receiver.problems, receiver.deleted) == ([], ["1"])
