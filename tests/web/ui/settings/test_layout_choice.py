from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from moof.keyboard import layouts_json
from moof.server.protocol.keymap import ADB_CODES

Run = Callable[..., Any]

# A script is run with the choice; `keyboard` is what Chromium tells of its keyboard, [code, character] each.
# The result has the requested layouts, and the hints.
SCENE = """
const { LayoutChoice } = await load("ui/settings/layout-choice.js");
const { Settings } = await load("ui/settings/settings.js");
const { macLayouts } = await load("input/mac-layout.js");
const { file, codes, keyboard, mayChange } = argument;
document.body.innerHTML = "<select id=layout disabled></select>";
const select = document.getElementById("layout");
navigator.keyboard.getLayoutMap = async () => keyboard;
const stop = new AbortController(), add = window.addEventListener;
window.addEventListener = (type, listener) => add.call(window, type, listener, stop);
const requested = [], told = [];
const settings = new Settings();
const choice = new LayoutChoice(settings, {
  request: (layout) => requested.push(layout),
  tell: (text) => told.push(text),
  mayChange: () => mayChange,
}, 0);
window.addEventListener = add;
const layouts = [["us", "U.S."], ["german", "German"]].map(([name, title]) => ({ name, title }));
const status = (layout, settable = true) => choice.show({ type: "keyboard", layout, layouts, settable });
const load_layouts = () => choice.setLayouts(macLayouts(file), codes);
const later = () => new Promise((resolve) => setTimeout(resolve));
const type = (rows) => {
  for (const [code, key] of rows) window.dispatchEvent(new KeyboardEvent("keydown", { code, key }));
};
%s
await later();
await later();
delete navigator.keyboard.getLayoutMap;
stop.abort();
return [requested, told];
"""
QWERTZ = [
    [f"Key{place}", letter]
    for place, letter in zip("QWERTYUIOPASDFGHJKLZXCVBNM", "qwertzuiopasdfghjklyxcvbnm", strict=True)
]
US = [[place, place[3:].lower()] for place, _ in QWERTZ]
TOLD = "The Mac’s keyboard is now German, as yours. Keys has others."


@pytest.fixture
def choose(run: Run, blank: Page) -> Iterator[Callable[..., Any]]:
    def choose(script: str, keyboard: list[list[str]] = QWERTZ, may_change: bool = True) -> Any:
        argument = {"file": layouts_json(), "codes": ADB_CODES, "keyboard": keyboard, "mayChange": may_change}
        return run(SCENE % script, argument)

    yield choose
    blank.evaluate("() => { localStorage.clear(); document.body.innerHTML = ''; }")


@pytest.mark.parametrize(
    "script", ["load_layouts(); status('us');", "status('us'); await later(); load_layouts();"]
)
def test_the_first_layout_is_the_keyboards(choose: Callable[..., Any], script: str) -> None:
    assert choose(script) == [["german"], [TOLD]]
    assert choose(script) == [[], []]  # once per browser


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("load_layouts(); status('german');", {}),  # somebody has chosen it
        ("load_layouts(); status('us', false);", {}),  # the server would only assume it
        ("load_layouts(); status('us');", {"keyboard": US}),
        ("load_layouts(); status('us');", {"may_change": False}),
        ("settings.set('layoutChosen', true); load_layouts(); status('us');", {}),
    ],
)
def test_when_no_layout_is_chosen(choose: Callable[..., Any], script: str, options: dict[str, Any]) -> None:
    assert choose(script, **options) == [[], []]


def test_browsers_that_do_not_tell_are_observed(choose: Callable[..., Any]) -> None:
    script = f"load_layouts(); status('us'); await later(); type({QWERTZ[:11]!r});"
    assert choose(script, keyboard=[]) == [[], []]
    script = f"load_layouts(); status('us'); await later(); type({QWERTZ!r});"
    assert choose(script, keyboard=[]) == [["german"], [TOLD]]


def test_the_person_chooses(choose: Callable[..., Any]) -> None:
    script = """
    load_layouts();
    status("german", false);
    told.push(select.value, select.selectedOptions[0].text, select.disabled, select.title.split(".")[0]);
    select.value = "us";
    select.dispatchEvent(new Event("change"));
    told.push(settings.get("layoutChosen"));
    """
    shown = ["german", "German", False, "The layout that is set in the Mac", True]
    assert choose(script) == [["us"], shown]


def test_a_viewer_sees_the_layout(choose: Callable[..., Any]) -> None:
    assert choose("status('german'); told.push(select.value, select.disabled);", may_change=False) == [
        [],
        ["german", True],
    ]
