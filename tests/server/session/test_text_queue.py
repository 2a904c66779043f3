"""The order of what waits to be typed, and its limits."""

import pytest

from moof.ipc import Key
from moof.keyboard import layout
from moof.server.protocol.keyboard_messages import MAX_MISSING, TextProgress
from moof.server.session.text_queue import (
    MAX_TAPS,
    MAX_TEXTS,
    MAX_TEXTS_OF_VIEWER,
    TextOwner,
    TextQueue,
    TextQueueError,
    TypedText,
    WaitingKeys,
)

US = layout("us")
KEYS = [Key(0x24, down=True)]


class Owner(TextOwner):
    """Keeps the progress."""

    def __init__(self) -> None:
        self.progress: list[TextProgress] = []

    def text_progress(self, progress: TextProgress) -> None:
        self.progress.append(progress)


def drain(queue: TextQueue) -> list[str]:
    """Return what is typed, in order; keys as "<keys>"."""
    order = []
    while (job := queue.first()) is not None:
        order.append("<keys>" if isinstance(job, WaitingKeys) else job.characters)
        queue.remove(job)
    return order


def test_taps_come_before_texts_of_others_and_behind_the_own() -> None:
    queue = TextQueue()
    queue.add_text("v1", "1", "first", Owner(), US)
    queue.add_text("v2", "1", "second", Owner(), US)
    queue.add_tap("v1", "behind", US)
    queue.add_tap("v3", "x", US)
    queue.add_tap("v3", "y", US)
    assert drain(queue) == ["x", "y", "first", "second", "behind"]


def test_keys_come_behind_the_taps_of_their_viewer() -> None:
    queue = TextQueue()
    assert not queue.add_keys("v1", KEYS)
    queue.add_tap("v1", "x", US)
    assert queue.has_taps("v1")
    assert not queue.add_keys("v2", KEYS)
    assert queue.add_keys("v1", KEYS)
    queue.add_tap("v1", "y", US)
    assert drain(queue) == ["x", "<keys>", "y"]


def test_texts_are_normalized_and_what_is_missing_is_reported() -> None:
    owner = Owner()
    job = TextQueue().add_text("v1", "7", "u\u0308\r\nя я½", owner, US)
    job.report("typing")
    assert owner.progress == [TextProgress("7", 0, 3, "я½", "typing")]
    assert TextQueue().add_tap("v1", "яx", US) == "я"


def test_a_list_of_missing_characters_is_bounded() -> None:
    owner = Owner()
    job = TextQueue().add_text("v1", "7", "".join(map(chr, range(0x4E00, 0x5E00))), owner, US)
    job.report("done")
    assert len(owner.progress[0].missing) == MAX_MISSING


def test_a_character_that_the_layout_loses_meanwhile_becomes_missing() -> None:
    owner = Owner()
    job = TypedText("v1", "1", owner, "яяa")
    assert job.strokes(US) == US.strokes("a")
    job.position += 1
    assert job.finished
    job.report("done")
    assert owner.progress == [TextProgress("1", 1, 1, "я", "done")]


def test_texts_are_bounded_for_each_viewer_and_in_all() -> None:
    queue = TextQueue()
    for number in range(MAX_TEXTS_OF_VIEWER):
        queue.add_text("v1", str(number), "x", Owner(), US)
    with pytest.raises(TextQueueError, match="Too many texts"):
        queue.add_text("v1", "more", "x", Owner(), US)
    for number in range(MAX_TEXTS - MAX_TEXTS_OF_VIEWER):
        queue.add_text(f"viewer {number}", "1", "x", Owner(), US)
    with pytest.raises(TextQueueError, match="Too many texts"):
        queue.add_text("v2", "1", "x", Owner(), US)


def test_an_id_names_one_text_of_a_viewer() -> None:
    queue = TextQueue()
    job = queue.add_text("v1", "1", "x", Owner(), US)
    with pytest.raises(TextQueueError, match="id '1'"):
        queue.add_text("v1", "1", "y", Owner(), US)
    other = queue.add_text("v2", "1", "y", Owner(), US)
    assert (queue.find("v1", "1"), queue.find("v2", "1"), queue.find("v1", "2")) == (job, other, None)


def test_taps_are_bounded() -> None:
    queue = TextQueue()
    for _ in range(MAX_TAPS):
        try:
            queue.add_tap("v1", "x", US)
        except TextQueueError:
            break
    else:
        pytest.fail("taps are not bounded")
    assert len(drain(queue)) <= MAX_TAPS


def test_what_a_viewer_has_queued_can_be_removed() -> None:
    queue = TextQueue()
    queue.add_tap("v1", "x", US)
    queue.add_keys("v1", KEYS)
    queue.add_text("v1", "1", "text", Owner(), US)
    queue.add_text("v2", "1", "stays", Owner(), US)
    for job in queue.of_viewer("v1"):
        queue.remove(job)
    assert drain(queue) == ["stays"]


def test_clearing_returns_the_texts() -> None:
    queue = TextQueue()
    queue.add_tap("v1", "x", US)
    job = queue.add_text("v1", "1", "text", Owner(), US)
    assert queue.clear() == (job,)
    assert queue.first() is None
