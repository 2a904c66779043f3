from moof.server.emulator.extension import NoExtension


def test_an_emulator_without_the_socket_can_do_nothing() -> None:
    nothing = NoExtension()
    assert (nothing.layout, nothing.unread_keys) == (None, None)
    assert not nothing.send_wheel(0, 1)
    assert not nothing.request_layout("us")
