"""`moof run --publish` as a process, with a WHIP endpoint that checks requests and decodes what arrives."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from moof.server.transport.capabilities import configure_codecs, rtp_codecs
from moof.server.transport.ice import configure_gathering
from support.janus_process import free_port
from support.moof_process import start_moof, stop_moof
from support.stun_server import ADDRESS, stun_server
from support.webrtc_pair import until
from support.whip_receiver import PATH, TOKEN, WhipReceiver, whip_receiver

SIZE = (640, 480)


def token_file(folder: Path) -> Path:
    """Write the bearer token as a file that nobody else may read."""
    file = folder / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    return file


async def follow_a_whole_upload(receiver: WhipReceiver) -> None:
    """See pictures, sound and candidates arrive, and go on after a restart of ICE."""
    await until(lambda: bool(receiver.sessions))
    session = receiver.session
    await until(lambda: session.received.sizes[SIZE] > 0 and session.received.sound_frames > 0)
    await until(lambda: bool(session.candidates))
    assert all("{} {} typ srflx".format(*ADDRESS) in each for each in session.candidates)
    session.fall_silent()
    await until(lambda: session.restarts == 1)
    shown, heard = session.received.pictures, session.received.sound_frames
    await until(lambda: session.received.pictures > shown + 1 and session.received.sound_frames > heard + 1)
    assert len(receiver.sessions) == 1


async def test_a_mac_is_published_as_soon_as_the_endpoint_is_there_until_it_ends(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_codecs(rtp_codecs())
    configure_gathering(None)
    port = free_port()
    options = ("--size", "{}x{}".format(*SIZE), "--publish", f"http://127.0.0.1:{port}{PATH}")
    moof = await asyncio.to_thread(
        start_moof, tmp_path, *options, "--publish-token-file", str(token_file(tmp_path))
    )
    log: list[str] = []

    def logged() -> str:
        log.append(capfd.readouterr().err)
        return "".join(log)

    try:
        await until(lambda: "it does not answer" in logged())
        async with stun_server() as stun, whip_receiver(port) as receiver:
            receiver.links = [f'<{stun}>; rel="ice-server"']
            await follow_a_whole_upload(receiver)
            assert await asyncio.to_thread(stop_moof, moof) == 0
            methods = [method for method, _ in receiver.requests]
            assert (methods[0], methods[-1], methods.count("POST")) == ("POST", "DELETE", 1)
            assert (receiver.deleted, receiver.problems) == (["1"], [])
    finally:
        await asyncio.to_thread(stop_moof, moof)
    assert TOKEN not in logged()
    assert PATH not in logged()
