from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { Toolbar } = await load("ui/toolbar.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const calls = [];
const names = ["mouseMode", "commandKey", "power", "done"];
const actions = Object.fromEntries(names.map((name) => [name, (...values) => calls.push([name, ...values])]));
const audio = { state: "on", volume: 0.5, muted: false };
const toolbar = new Toolbar(actions, audio);
const element = (id) => document.getElementById(id);
const state = { signaling: "open", peer: "connected", hasFrame: true,
                emulator: { connected: true, state: "running", pid: 42 } };
"""


@pytest.mark.parametrize(
    ("change", "level", "text"),
    [
        ({}, "good", "Connected"),
        ({"signaling": "closed"}, "bad", "Not connected"),
        ({"hasFrame": False}, "busy", "Connecting"),
        ({"peer": "new"}, "busy", "Connecting"),
        ({"emulator": {"connected": False}}, "busy", "No Mac"),
        ({"emulator": {"connected": False}, "off": True, "hasFrame": False}, "busy", "Mac is off"),
        ({"emulator": {"connected": True, "state": "stopped"}, "hasFrame": False}, "busy", "No Mac"),
        ({"emulator": {"connected": True, "state": "paused"}}, "busy", "Paused"),
        ({"emulator": None, "hasFrame": False}, "busy", "Connecting"),
    ],
)
def test_state_of_the_connection(run: Run, change: dict[str, Any], level: str, text: str) -> None:
    body = """
    toolbar.showSession({ ...state, ...argument });
    return [element("connection").dataset.state, element("connection-text").textContent];
    """
    assert run(SCENE + body, change) == [level, text]


def test_paused_mac_can_continue(run: Run) -> None:
    body = """
    for (const name of ["running", "paused"]) {
      toolbar.showSession({ ...state, emulator: { ...state.emulator, state: name } });
      element("power-panel").showPopover();
      element("pause").click();
    }
    return calls;
    """
    assert run(SCENE + body) == [["power", "pause"], ["power", "resume"]]


def test_without_a_mac_it_can_only_be_restarted(run: Run) -> None:
    body = """
    toolbar.showSession({ ...state, emulator: null });
    return ["pause", "reset", "restart"].map((id) => element(id).disabled);
    """
    assert run(SCENE + body) == [True, True, False]


def test_buttons_call_their_actions(run: Run) -> None:
    body = """
    for (const id of ["mouse-mode", "command-key"]) element(id).click();
    element("command-key").dispatchEvent(new MouseEvent("click", { detail: 1 }));
    return calls.flat();
    """
    assert run(SCENE + body) == ["mouseMode", "commandKey", "commandKey", "done"]


def test_modes_are_named(run: Run) -> None:
    body = """
    toolbar.showMouseMode("relative");
    toolbar.showCommandKey("alt", true);
    const key = element("command-key-text").textContent;
    return [element("mouse-mode").ariaPressed, key];
    """
    assert run(SCENE + body) == ["true", "⌥"]


def test_volume_ends_muting(run: Run) -> None:
    body = """
    element("mute").click();
    const muted = audio.muted;
    element("volume").value = "25";
    element("volume").dispatchEvent(new Event("input"));
    return [muted, audio.muted, audio.volume];
    """
    assert run(SCENE + body) == [True, False, 0.25]


def test_click_that_starts_blocked_sound_does_not_mute_it(run: Run) -> None:
    body = """
    audio.state = "blocked";
    toolbar.showAudio();
    element("mute").click();
    return [audio.muted, element("mute").title];
    """
    assert run(SCENE + body) == [False, "Click for sound"]
