from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { SettingsPanel } = await load("ui/settings/settings-panel.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const element = (id) => document.getElementById(id);
const panel = new SettingsPanel();
const seen = [];
panel.addEventListener("shown", () => seen.push(panel.shownTab));
const shown = () => ["picture-settings", "key-settings"].filter((id) => !element(id).hidden);
const press = (key) => {
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};
"""


def test_it_begins_with_the_picture_and_opens_at_a_tab(run: Run) -> None:
    body = """
    const before = [panel.shownTab, shown()];
    element("keys-panel").showPopover();
    element("key-options-open").click();
    return [before, [panel.shownTab, shown()], element("keys-panel").matches(":popover-open")];
    """
    assert run(SCENE + body) == [[None, ["picture-settings"]], ["key-tab", ["key-settings"]], False]


@pytest.mark.parametrize(
    ("key", "tab"), [("ArrowRight", "key-tab"), ("ArrowLeft", "key-tab"), ("a", "picture-tab")]
)
def test_arrows_choose_a_tab(run: Run, key: str, tab: str) -> None:
    body = """
    panel.open("picture-tab");
    element("picture-tab").focus();
    press(argument);
    return [document.activeElement.id, panel.shownTab, element("picture-tab").tabIndex];
    """
    assert run(SCENE + body, key) == [tab, tab, 0 if tab == "picture-tab" else -1]


def test_what_a_person_looks_at_is_told(run: Run) -> None:
    body = """
    const opened = new Promise((done) => element("settings-panel").addEventListener("toggle", done));
    panel.open("key-tab");
    await opened;
    element("picture-tab").click();
    return seen;
    """
    assert run(SCENE + body) == ["key-tab", "picture-tab"]


def test_a_tab_that_is_not_offered_any_more_gives_way_to_the_first(run: Run) -> None:
    body = """
    panel.open("key-tab");
    panel.offer("key-tab", false);
    return [panel.shownTab, element("key-tab").hidden];
    """
    assert run(SCENE + body) == ["picture-tab", True]
