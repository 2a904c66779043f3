"""The clipboard between guest and host: the newest text counts."""

from moof.mac.clipboard import Clipboard, CopyListener


class Copies(CopyListener):
    """Keeps what was copied."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def text_copied(self, text: str) -> None:
        self.texts.append(text)


def test_newest_text_of_the_host_is_taken_once() -> None:
    clipboard = Clipboard()
    assert clipboard.take() is None
    clipboard.give("old")
    clipboard.give("Größe\n")
    assert clipboard.take() == b"Gr\x9a\xa7e\r"
    assert clipboard.take() is None


def test_a_copy_replaces_what_the_guest_has_not_read_and_is_reported_each_time() -> None:
    clipboard, copies = Clipboard(), Copies()
    clipboard.add_listener(copies)
    clipboard.give("unread")
    clipboard.copied(b"caf\x8e\r")
    clipboard.copied(b"caf\x8e\r")
    assert clipboard.take() is None
    assert copies.texts == ["café\n"] * 2
