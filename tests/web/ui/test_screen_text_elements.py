"""The Mac's texts as elements: roles, names, and that elements stay while texts change."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { describeFront, elementsOf, patch } = await load("ui/screen-text-elements.js");
const plain = { disabled: false, checked: false, active: false };
const part = (kind, text = "", states = {}) => ({ kind, text, ...plain, ...states });
const box = document.createElement("section");
const show = (...parts) => patch(box, elementsOf(parts));
const of = (role) => [...box.querySelectorAll(`[role=${role}]`)];
const labels = (role) => of(role).map((each) => each.getAttribute("aria-label") ?? each.textContent);
"""


def test_roles_and_names(run: Run) -> None:
    body = """
    show(part("menu", "File", { active: true }), part("item", "Open…\\tO"),
      part("item", "Grey", { checked: true }), part("dialog"), part("text", "Save?"), part("button", "OK"),
      part("window", "Notes", { active: true }), part("field", "Dear"),
      part("radio", "8 bits", { checked: true }), part("desktop"), part("text", "Trash"));
    return [labels("menuitem"), labels("menuitemcheckbox"), labels("dialog"), labels("button"),
      labels("group"),
      of("textbox")[0].value, labels("textbox"), of("radio")[0].getAttribute("aria-checked"),
      labels("paragraph"), of("menuitem")[0].getAttribute("aria-expanded")];
    """
    assert run(SCENE + body) == [
        ["File", "Open… ⌘O"],
        ["Grey"],
        ["Save?"],
        ["OK"],
        ["Notes", "The Mac’s desktop"],
        "Dear",
        ["Notes"],
        "true",
        ["Save?", "Trash"],
        "true",
    ]


def test_elements_stay_while_their_texts_change(run: Run) -> None:
    body = """
    show(part("window", "Notes"), part("field", "a"), part("text", "b"));
    const field = of("textbox")[0];
    show(part("window", "Letter"), part("field", "ab"));
    const same = field === of("textbox")[0];
    show(part("window", "Letter"), part("button", "OK"));
    show(part("window", "Empty"));
    return [same, field.value, box.textContent, labels("group")];
    """
    assert run(SCENE + body) == [True, "ab", "", ["Empty"]]


def test_what_is_in_front(run: Run) -> None:
    body = """
    const desktop = [part("desktop"), part("text", "Trash")];
    const windows = [part("window", "Front", { active: true }), part("window", "Back"), ...desktop];
    const dialog = [part("dialog"), part("text", "Save"), part("button", "OK"), part("text", "it?")];
    return [describeFront(desktop), describeFront(windows), describeFront([...dialog, ...windows])];
    """
    assert run(SCENE + body) == [
        None,
        {"isDialog": False, "text": "Front"},
        {"isDialog": True, "text": "Save it?"},
    ]
