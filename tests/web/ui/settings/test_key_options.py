from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

SCENE = """
const { KeyOptions } = await load("ui/settings/key-options.js");
const { Settings } = await load("ui/settings/settings.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const parts = { keyboard: { places: {} }, pointer: {}, pageKeys: {}, typing: {} };
const calls = [];
const actions = { releaseAll: () => calls.push("release"), showCommandKey: (key) => calls.push(key) };
const settings = new Settings();
const options = new KeyOptions(settings, parts, actions, argument === "apple");
const box = (id) => document.getElementById(id);
const browserBox = (index) => document.querySelectorAll("#browser-keys input")[index];
"""


@pytest.fixture(autouse=True)
def empty_storage(blank: Page) -> Iterator[None]:
    yield
    blank.evaluate("localStorage.clear()")


def test_settings_are_given_to_the_parts(run: Run) -> None:
    body = "return [parts, calls, document.getElementById('way-out').textContent];"
    parts, calls, text = run(SCENE + body)
    assert parts == {
        "keyboard": {"places": {"capsLockControl": False, "followDesktop": False}, "commandKey": "alt"},
        "pointer": {"wheelArrows": False},
        "pageKeys": {"browserKeys": ["reload", "fullScreen", "zoom", "developer", "tabs"]},
        "typing": {"choice": "automatic", "pasteTypes": True},
    }
    assert calls == ["alt"]
    assert "Ctrl+Alt+M" in text


def test_switches_are_kept(run: Run) -> None:
    body = """
    for (const id of ["caps-lock-control", "follow-desktop", "wheel-arrows"]) box(id).click();
    return [parts, calls];
    """
    parts, calls = run(SCENE + body)
    assert parts["keyboard"]["places"] == {"capsLockControl": True, "followDesktop": True}
    assert parts["pointer"] == {"wheelArrows": True}
    assert calls.count("release") == 3
    later = "return ['caps-lock-control', 'follow-desktop', 'wheel-arrows'].map((id) => box(id).checked);"
    assert run(SCENE + later) == [True, True, True]


def test_the_command_key_is_chosen(run: Run) -> None:
    body = """
    box("command-meta").click();
    const chosen = parts.keyboard.commandKey;
    options.toggleCommandKey();
    return [chosen, parts.keyboard.commandKey, box("command-alt").checked, calls];
    """
    assert run(SCENE + body) == ["meta", "alt", True, ["alt", "release", "meta", "release", "alt"]]


def test_each_group_of_the_browsers_keys_is_switched(run: Run) -> None:
    body = """
    browserBox(0).click();
    browserBox(4).click();
    browserBox(0).click();
    return parts.pageKeys.browserKeys;
    """
    assert run(SCENE + body) == ["fullScreen", "zoom", "developer", "reload"]
    assert run(SCENE + "return browserBox(4).checked;") is False


def test_macos_cannot_make_control_of_caps_lock(run: Run) -> None:
    body = """
    settings.set("capsLockControl", true);
    options.toggleCommandKey();
    const { capsLockControl } = parts.keyboard.places;
    return [box("caps-lock-option").hidden, capsLockControl, box("command-meta-name").textContent];
    """
    assert run(SCENE + body, "apple") == [True, False, "⌘"]


def test_how_keys_are_sent_is_chosen(run: Run) -> None:
    body = """
    box("typing").value = "places";
    box("typing").dispatchEvent(new Event("change"));
    box("paste-types").click();
    return [parts.typing, calls];
    """
    typing, calls = run(SCENE + body)
    assert typing == {"choice": "places", "pasteTypes": False}
    assert calls.count("release") == 2
    assert run(SCENE + "return [box('typing').value, box('paste-types').checked];") == ["places", False]


def test_on_a_mac_command_v_is_the_guests(run: Run) -> None:
    body = "return [parts.typing.pasteTypes, box('paste-types-text').textContent];"
    assert run(SCENE + body, "apple") == [False, "⌘V types this computer’s clipboard, as ⇧⌘V does"]
