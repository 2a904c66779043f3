"""A state in the list: a field in the place of its name, and its file."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { stateItem } = await load("ui/states/state-item.js");
const asked = [];
const api = { picture: ({ name }) => `data:,${name}`, file: (name) => `#${name}` };
const actions = {
  files: true,
  load: (name) => asked.push(["load", name]),
  delete: (name) => asked.push(["delete", name]),
  share: (name) => asked.push(["share", name]),
  withdraw: ({ id }) => asked.push(["withdraw", id]),
  rename: async (name, newName) => { asked.push(["rename", name, newName]); return newName !== "taken"; },
};
const item = stateItem({ name: "<b>", size: 900, saved: 10 }, api, actions);
document.body.replaceChildren(item);
const button = (label) => [...item.querySelectorAll("button")].find((each) => each.ariaLabel === label);
const field = () => item.querySelector(".state-name");
const settled = () => new Promise((done) => setTimeout(done));
"""


def test_buttons_say_which_state_they_are_about(run: Run) -> None:
    body = """
    const labels = [...item.querySelectorAll("button")].map((each) => each.ariaLabel);
    return [item.querySelector("strong").textContent, labels];
    """
    labels = ["Load: <b>", "Rename: <b>", "Download: <b>", "Link: <b>", "Delete: <b>"]
    assert run(SCENE + body) == ["<b>", labels]


def test_rename_asks_in_the_place_of_the_name(run: Run) -> None:
    body = """
    const seen = [];
    let escaped = 0;
    document.addEventListener("keydown", () => { escaped += 1; });
    for (const [name, key] of [["new", "Escape"], ["<b>", "Enter"], ["taken", "Enter"], [" new ", "Enter"]]) {
      button("Rename: <b>").click();
      const selected = document.activeElement === field();
      field().value = name;
      field().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await settled();
      seen.push([selected, field() === null]);
      button("Rename: <b>").focus();
    }
    return [seen, asked, item.querySelector("strong").textContent, escaped];
    """
    seen, asked, name, escaped = run(SCENE + body)
    assert seen == [[True, True], [True, True], [True, False], [True, False]]
    assert asked == [["rename", "<b>", "taken"], ["rename", "<b>", "new"]]
    assert (name, escaped) == ("<b>", 0)
