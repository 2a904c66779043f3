"""The room in which watchers find the upload."""

from moof.server.publish.watch_room import WatchPlace, WatchRoom


def test_a_room_has_a_place_while_it_is_open() -> None:
    room = WatchRoom("wss://sfu.example/janus")
    assert room.place is None
    room.open(7, "a pin")
    assert room.place == WatchPlace("wss://sfu.example/janus", 7, "a pin", 1)
    assert "a pin" not in repr(room.place)
    room.close()
    assert room.place is None
