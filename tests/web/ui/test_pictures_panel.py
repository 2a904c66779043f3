import re
from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { PicturesPanel } = await load("ui/pictures-panel.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
canvas.getContext("2d").fillRect(0, 0, 64, 48);
const element = (id) => document.getElementById(id);
const hints = [];
let waiting = () => {};
const hint = { show: (text) => { hints.push(text); waiting(); } };
const nextHint = () => new Promise((resolve) => { waiting = resolve; });
const source = Object.assign(new EventTarget(), { picture: canvas });
const panel = new PicturesPanel(source, element("sound"), hint, () => {});
panel.available = true;
const click = async (id) => {
  const shown = nextHint();
  element(id).click();
  await shown;
  return hints.at(-1);
};
"""


def test_without_a_picture_the_buttons_are_disabled(run: Run) -> None:
    body = """
    const buttons = [...element("pictures-panel").querySelectorAll("button")];
    const disabled = () => buttons.map((each) => each.disabled);
    const before = disabled();
    panel.available = false;
    return [before, disabled()];
    """
    assert run(SCENE + body) == [[False] * 4, [True] * 4]


def test_saved_picture_has_a_name(run: Run) -> None:
    assert run(SCENE + 'return await click("picture-save");').startswith("Saved: Moof 20")


def test_page_from_a_plain_address_says_why_it_cannot_copy(run: Run) -> None:
    body = """
    const { ClipboardItem } = window;
    delete window.ClipboardItem;
    const said = await click("picture-copy");
    window.ClipboardItem = ClipboardItem;
    return said;
    """
    assert "https or localhost alone" in run(SCENE + body)


def test_recording_without_a_picture_can_be_stopped(run: Run) -> None:
    body = """
    const { AudioContext } = window;
    delete window.AudioContext; // no sound card
    const warning = await click("picture-record");
    await new Promise((resolve) => setTimeout(resolve)); // the recording has begun
    window.AudioContext = AudioContext;
    const length = element("recording-length").textContent;
    panel.available = false;
    const state = [element("recording").hidden, element("picture-record").disabled];
    await new Promise((resolve) => setTimeout(resolve, 300)); // some of a film
    const said = await click("picture-record");
    return [warning, length, ...state, said, element("recording").hidden];
    """
    warning, *state, said, hidden = run(SCENE + body)
    assert state == ["0:00", False, False]
    assert hidden
    assert "the picture alone" in warning
    assert re.fullmatch(r"Saved: Moof .*\.webm \(0:\d\d, \d+\sKB\)", said)
