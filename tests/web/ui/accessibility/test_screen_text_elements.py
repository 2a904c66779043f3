"""The Mac's texts as elements: roles, names, and that elements stay while texts change."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { elementsOf, patch } = await load("ui/accessibility/screen-text-elements.js");
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
      part("button", "Save", { active: true }), part("radio", "8 bits", { checked: true }),
      part("desktop"), part("option", "Sketch"), part("option", "Trash", { active: true }));
    return [labels("menuitem"), labels("menuitemcheckbox"), labels("dialog"), labels("button"),
      labels("group"),
      of("textbox")[0].value, labels("textbox"), of("radio")[0].getAttribute("aria-checked"),
      labels("paragraph"), of("menuitem")[0].getAttribute("aria-expanded"), labels("listitem"),
      of("list").length, of("listitem").map((each) => each.getAttribute("aria-current")),
      [...box.children].map((each) => each.getAttribute("role"))];
    """
    assert run(SCENE + body) == [
        ["File", "Open… ⌘O"],
        ["Grey"],
        ["Save?"],
        ["OK", "Save (Return)"],
        ["Notes", "The Mac’s desktop"],
        "Dear",
        ["Notes"],
        "true",
        ["Save?"],
        "true",
        ["Sketch", "Trash"],
        1,
        [None, "true"],
        ["dialog", "group", "group", "menubar"],
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
