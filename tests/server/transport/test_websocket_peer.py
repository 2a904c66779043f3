import pytest

from moof.server.transport.tile_stream import TileStream
from moof.server.transport.webrtc_peer import PeerError
from moof.server.transport.websocket_peer import WebSocketPeer


def viewer(tiles: TileStream) -> WebSocketPeer:
    return WebSocketPeer("v1", "png", tiles, lambda message: None)


def test_sound_behind_a_jam_is_dropped_and_pictures_are_the_picture_threads_affair() -> None:
    tiles = TileStream(lambda: None)
    peer = viewer(tiles)
    peer.send_audio(b"soon", 2**32 + 1)
    assert tiles.backlog == 4 + 8 + 4
    peer.send_tiles([bytes(300_000)])
    waiting = peer.tiles_backlog
    peer.send_audio(b"late", 0)
    peer.send_video([b"nobody takes it"], 0, b"")
    assert tiles.backlog == waiting > 300_000


async def test_after_the_end_nothing_is_sent() -> None:
    tiles = TileStream(lambda: None)
    peer = viewer(tiles)
    await peer.close()
    peer.send_tiles([b"late"])
    peer.send_audio(b"late", 0)
    assert not peer.ready
    assert tiles.backlog == 0


async def test_there_is_nothing_to_negotiate() -> None:
    peer = viewer(TileStream(lambda: None))
    with pytest.raises(PeerError, match="over this WebSocket"):
        await peer.answer("v=0")
    with pytest.raises(PeerError, match="over this WebSocket"):
        peer.add_candidate("candidate:1", "0")
