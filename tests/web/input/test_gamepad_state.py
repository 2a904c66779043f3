"""What a gamepad's sticks and buttons ask for."""

from collections.abc import Callable
from typing import Any

import pytest

ACTIONS = """
const { padActions } = await load("input/gamepad-state.js");
const [axes, down, mode] = argument;
const buttons = Array.from({ length: 17 }, (_, index) => ({ pressed: down.includes(index) }));
return padActions({ axes, buttons }, mode);
"""


@pytest.fixture
def actions(run: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    return lambda axes=(0, 0), down=(), mode="keys": run(ACTIONS, [list(axes), list(down), mode])


def test_directions_are_arrow_keys_each_once(actions: Callable[..., Any]) -> None:
    assert actions(down=[12, 14])["places"] == ["ArrowUp", "ArrowLeft"]
    assert actions(axes=(0.9, 0.2))["places"] == ["ArrowRight"]
    assert actions(axes=(0, -0.9), down=[12])["places"] == ["ArrowUp"]
    assert actions(axes=(0.4, 0.4))["places"] == []


def test_buttons_are_keys(actions: Callable[..., Any]) -> None:
    assert actions(down=[0, 1, 2, 3, 8])["places"] == ["Space", "Enter", "AltLeft", "MetaLeft", "Escape"]
    assert actions(down=[0])["buttons"] == 0


def test_the_stick_moves_the_mouse_outside_of_its_dead_zone(actions: Callable[..., Any]) -> None:
    assert actions(axes=(0.2, 0.1), mode="mouse")["speed"] == {"x": 0, "y": 0}
    slow, fast = (actions(axes=(x, 0), mode="mouse")["speed"]["x"] for x in (0.4, 1))
    assert 0 < slow < fast / 4
    diagonal = actions(axes=(-1, 1), mode="mouse")["speed"]
    assert -diagonal["x"] == diagonal["y"] < fast


def test_buttons_are_those_of_the_mouse(actions: Callable[..., Any]) -> None:
    result = actions(down=[0, 1, 2, 15], mode="mouse")
    assert result["buttons"] == 3
    assert result["places"] == ["ArrowRight", "AltLeft"]


def test_a_gamepad_without_sticks_does_nothing(actions: Callable[..., Any]) -> None:
    result = actions(axes=(), mode="mouse")
    assert result == {"places": [], "speed": {"x": 0, "y": 0}, "buttons": 0}
