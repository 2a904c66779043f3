import asyncio
import threading
from unittest.mock import create_autospec

import pytest

from moof.media.codecs import PictureQuality
from moof.server.transport.peer import PeerError
from moof.server.transport.peer_listener import InputReceiver
from moof.server.transport.tile_stream import TileStream
from moof.server.transport.websocket_peer import WebSocketPeer
from moof.server.viewers import UNLIMITED_BITRATE, PictureWishes, ViewerRegistry


def make_peer(tiles: TileStream, listener: InputReceiver | None = None) -> WebSocketPeer:
    return WebSocketPeer("v1", "png", tiles, listener or create_autospec(InputReceiver, instance=True))


def make_tiles() -> TileStream:
    return TileStream(ViewerRegistry())


async def test_audio_behind_a_large_backlog_is_dropped_and_tiles_are_queued() -> None:
    tiles = make_tiles()
    peer = make_peer(tiles)
    peer.send_audio(b"soon", 2**32 + 1)
    assert tiles.backlog == 4 + 8 + 4
    peer.send_tiles([bytes(300_000)])
    backlog = peer.tiles_backlog
    peer.send_audio(b"late", 0)
    peer.send_video([b"not sent"], 0, b"")
    assert tiles.backlog == backlog > 300_000


async def test_audio_of_another_thread_is_sent_by_the_loop() -> None:
    tiles = make_tiles()
    peer = make_peer(tiles)

    def send() -> None:
        for n in range(9):
            peer.send_audio(b"soon", n)

    thread = threading.Thread(target=send)
    thread.start()
    thread.join()  # the loop can send nothing meanwhile
    assert tiles.backlog == 0
    await asyncio.sleep(0)
    assert tiles.backlog == 5 * (4 + 8 + 4)


async def test_closed_peer_sends_nothing() -> None:
    tiles = make_tiles()
    peer = make_peer(tiles)
    assert peer.ready
    await peer.close()
    peer.send_tiles([b"late"])
    peer.send_audio(b"late", 0)
    assert not peer.ready
    assert tiles.backlog == 0


async def test_answer_and_candidates_are_refused() -> None:
    peer = make_peer(make_tiles())
    with pytest.raises(PeerError, match="over this WebSocket"):
        await peer.answer("v=0")
    with pytest.raises(PeerError, match="over this WebSocket"):
        peer.add_candidate("candidate:1", "0")


async def test_binary_messages_are_input() -> None:
    listener = create_autospec(InputReceiver, instance=True)
    make_peer(make_tiles(), listener).receive(b"\x01\x01\x00\x00")
    listener.input_received.assert_called_once_with(b"\x01\x01\x00\x00")


async def test_there_is_no_rtp_and_no_measured_bandwidth() -> None:
    peer = make_peer(make_tiles())
    assert (peer.id, peer.video, peer.audio) == ("v1", None, None)
    assert (peer.accepted_codecs, peer.bytes_sent, peer.bandwidth) == (frozenset(), 0, UNLIMITED_BITRATE)


async def test_a_viewers_limit_is_its_bandwidth_and_holds_pictures_back() -> None:
    tiles = make_tiles()
    peer = make_peer(tiles)
    wishes = PictureWishes(PictureQuality.SAVING, 200_000)
    peer.wish(wishes)
    assert (peer.wishes, peer.bandwidth, tiles.limit) == (wishes, 200_000, 200_000)
    peer.send_tiles([bytes(100_000)])
    tiles.clear()
    assert peer.tiles_backlog > 32_768
