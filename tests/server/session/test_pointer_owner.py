"""Who owns the Mac's pointer, by the buttons that viewers hold."""

import pytest

from moof.ipc import Mouse
from moof.server.session.pointer_owner import PointerOwner


class Scene:
    """A pointer and the viewers "a" and "b"."""

    def __init__(self) -> None:
        self.pointer = PointerOwner()

    def admits(self, viewer: str, *buttons: int) -> list[bool]:
        """Return which of a viewer's messages with these buttons are admitted."""
        return [self.pointer.admits(viewer, Mouse(0, 0, each, absolute=True)) for each in buttons]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_all_viewers_may_move_while_no_button_is_down(scene: Scene) -> None:
    assert scene.admits("a", 0) + scene.admits("b", 0) + scene.admits("a", 0) == [True] * 3


def test_a_held_button_owns_the_pointer_until_all_buttons_are_up(scene: Scene) -> None:
    assert scene.admits("a", 1, 3, 2) == [True] * 3
    assert scene.admits("b", 0) == [False]
    assert scene.admits("a", 2, 0) == [True] * 2
    assert scene.admits("b", 0, 1) == [True] * 2
    assert scene.admits("a", 0) == [False]


def test_a_press_during_anothers_drag_is_ignored_until_its_own_release(scene: Scene) -> None:
    scene.admits("a", 1)
    assert scene.admits("b", 1, 1) == [False] * 2
    scene.admits("a", 0)
    assert scene.admits("b", 1, 5, 4) == [False] * 3
    assert scene.admits("a", 1, 0) == [True] * 2
    assert scene.admits("b", 0, 1) == [True] * 2


def test_a_refused_release_leaves_the_owner(scene: Scene) -> None:
    scene.admits("a", 1)
    assert scene.admits("b", 1, 0, 0) == [False] * 3
    assert scene.admits("a", 1) == [True]


def test_an_owner_that_leaves_releases_the_pointer(scene: Scene) -> None:
    scene.admits("a", 1)
    scene.pointer.release("b")
    assert scene.admits("b", 0) == [False]
    scene.pointer.release("a")
    assert scene.admits("b", 1) == [True]


def test_leaving_ends_the_refusal_of_a_press(scene: Scene) -> None:
    scene.admits("a", 1)
    scene.admits("b", 1)
    scene.pointer.release("b")
    scene.admits("a", 0)
    assert scene.admits("b", 1) == [True]
