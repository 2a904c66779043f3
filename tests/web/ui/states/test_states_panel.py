"""The tab "States": a Mac is saved under a name, and goes on from a state after a question."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { StatesPanel, timeAsName } = await load("ui/states/states-panel.js");
const { RequestError } = await load("connection/request-json.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const element = (id) => document.getElementById(id);
const hints = [], offered = [], asked = [];
let closed = 0;
const hint = { show: (text) => { hints.push(text); } };
const tabs = Object.assign(new EventTarget(), { shownTab: null, offer: (id, on) => { offered.push(on); } });
const api = {
  entries: [{ name: "<b>", size: 1_200_000, saved: 1000 }, { name: "Old", size: 900, saved: 10 }],
  functionsNow: { save: true, back: true, files: true },
  async list() { return this.entries; },
  async functions() { return this.functionsNow; },
  picture: ({ name }) => `data:,${encodeURIComponent(name)}`,
  async save(name) {
    asked.push(["save", name]);
    if (name === "taken") throw new RequestError("There is already a state “taken”.", 409);
    if (name === "lost") throw new TypeError("Failed to fetch");
    this.entries = [{ name, size: 1, saved: 2000 }, ...this.entries];
  },
  async load(name) { asked.push(["load", name]); },
  file: (name) => `#${name}`,
  async rename(name, newName) {
    asked.push(["rename", name, newName]);
    if (newName === "taken") throw new RequestError("There is already a state with this name.", 409);
    this.entries = this.entries.map((each) => each.name === name ? { ...each, name: newName } : each);
  },
  async back() { asked.push(["back"]); },
  async delete(name) {
    asked.push(["delete", name]);
    this.entries = this.entries.filter((each) => each.name !== name);
  },
};
const forks = {
  most: 0, links: [],
  async list() { return { most: this.most, links: [...this.links] }; },
  async add(state) { this.links = [{ id: "7", state, token: "abc", running: 0, documents: "none" }]; },
  async remove(id) { asked.push(["withdraw", id]); this.links = []; },
};
const panel = new StatesPanel(api, forks, tabs, hint, () => { closed += 1; });
const settled = async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => setTimeout(done));
};
const names = () => [...element("states-list").querySelectorAll("strong")].map((each) => each.textContent);
const button = (label) => [...document.querySelectorAll("#states-settings button")]
  .find((each) => (each.ariaLabel ?? each.textContent).startsWith(label));
const click = async (label) => { button(label).click(); await settled(); };
const save = async (name) => {
  element("states-name").value = name;
  element("states-form").requestSubmit();
  await settled();
};
panel.allowed = true;
await settled();
"""


def test_states_are_listed_by_name(run: Run) -> None:
    body = """
    const facts = element("states-list").querySelector(".facts").textContent;
    return [names(), facts.includes("1970") && facts.endsWith("1.2\\u00a0MB"), offered.at(-1)];
    """
    assert run(SCENE + body) == [["<b>", "Old"], True, True]


def test_a_saved_state_is_in_the_list_and_the_field_empty(run: Run) -> None:
    body = """
    await save("  Hello ");
    return [asked, names(), element("states-name").value, element("states-note").textContent];
    """
    expected = [[["save", "Hello"]], ["Hello", "<b>", "Old"], "", "Hello is saved"]
    assert run(SCENE + body) == expected


def test_a_state_without_a_name_gets_the_time(run: Run) -> None:
    body = """
    await save(" ");
    return [asked[0][1], timeAsName(new Date(2026, 0, 2, 3, 4, 5))];
    """
    name, example = run(SCENE + body)
    assert len(name) == len(example)
    assert example == "2026-01-02 03.04.05"


def test_a_refusal_is_said_and_the_name_stays(run: Run) -> None:
    body = """
    const said = [];
    for (const name of ["taken", "lost"]) {
      await save(name);
      said.push([element("states-error").textContent, element("states-error").hidden]);
    }
    return [said, element("states-name").value, names()];
    """
    said, value, names = run(SCENE + body)
    assert said == [["There is already a state “taken”.", False], ["The server does not answer.", False]]
    assert value == "lost"
    assert names == ["<b>", "Old"]


def test_load_asks_once_and_closes_the_settings(run: Run) -> None:
    body = """
    await click("Load: Old");
    const before = [asked.length, button("Load: Old").textContent];
    await click("Load: Old");
    return [before, asked, hints, closed];
    """
    assert run(SCENE + body) == [[0, "Really?"], [["load", "Old"]], ["The Mac goes on from Old"], 1]


def test_the_same_list_again_leaves_a_question(run: Run) -> None:
    body = """
    await click("Load: Old");
    tabs.shownTab = "states-tab";
    tabs.dispatchEvent(new Event("shown"));
    await settled();
    return button("Load: Old").textContent;
    """
    assert run(SCENE + body) == "Really?"


def test_back_asks_once(run: Run) -> None:
    body = """
    element("states-back").click();
    element("states-back").click();
    await settled();
    return [asked, hints, closed];
    """
    assert run(SCENE + body) == [[["back"]], ["The Mac goes on from a minute ago"], 1]


def test_delete_asks_once_and_the_focus_stays_in_the_list(run: Run) -> None:
    body = """
    element("settings-panel").showPopover();
    element("states-settings").hidden = false;
    await click("Delete: <b>");
    const before = asked.length;
    await click("Delete: <b>");
    return [before, asked, names(), document.activeElement.ariaLabel];
    """
    assert run(SCENE + body) == [0, [["delete", "<b>"]], ["Old"], "Load: Old"]


def test_the_focus_goes_to_what_is_shown_when_the_list_is_empty(run: Run) -> None:
    body = """
    element("settings-panel").showPopover();
    element("states-settings").hidden = element("states-tab").hidden = false;
    const focused = [];
    for (const save of [true, false]) {
      api.functionsNow = { save, back: false, files: false };
      api.entries = [{ name: "Old", size: 900, saved: 10 }];
      panel.allowed = true;
      await settled();
      await click("Delete: Old");
      await click("Delete: Old");
      focused.push(document.activeElement.id);
    }
    return focused;
    """
    assert run(SCENE + body) == ["states-name", "states-tab"]


def test_without_states_or_permission_the_tab_is_not_offered(run: Run) -> None:
    body = """
    panel.allowed = false;
    const without = offered.at(-1);
    api.list = async () => { throw new RequestError("This Mac has no states.", 404); };
    panel.allowed = true;
    await settled();
    return [without, offered.at(-1)];
    """
    assert run(SCENE + body) == [False, False]


def test_what_the_emulator_cannot_do_is_not_offered(run: Run) -> None:
    body = """
    const shown = async (functions) => {
      api.functionsNow = functions;
      tabs.shownTab = "states-tab";
      tabs.dispatchEvent(new Event("shown"));
      await settled();
      const buttons = [...document.querySelectorAll("#states-settings button")];
      const seen = buttons.filter((each) => !each.closest("[hidden]"));
      return [seen.map((each) => each.ariaLabel ?? each.textContent), element("states-note").textContent];
    };
    api.entries = api.entries.slice(1);
    element("states-settings").hidden = false;
    return [
      await shown({ save: true, back: true, files: true }),
      await shown({ save: true, back: false, files: false }),
      await shown({ save: false, back: false, files: false }),
    ];
    """
    every, some, none = run(SCENE + body)
    assert every[0] == [
        "Save",
        "Load: Old",
        "Rename: Old",
        "Download: Old",
        "Delete: Old",
        "Upload…",
        "Go back a minute",
    ]
    assert some[0] == ["Save", "Load: Old", "Rename: Old", "Delete: Old"]
    assert "saves none by itself" in some[1]
    assert some[1].endswith("The states stay on this computer, with the disks to which they belong.")
    assert none == [["Rename: Old", "Delete: Old"], "This emulator saves no states."]


def test_a_link_is_made_and_withdrawn_where_the_operator_allows_it(run: Run) -> None:
    body = """
    const without = button("Link: Old") === undefined;
    forks.most = 2;
    element("settings-panel").showPopover();
    element("states-settings").hidden = false;
    panel.allowed = true;
    await settled();
    await click("Link: Old");
    const made = [document.activeElement.value, button("Link: Old") === undefined];
    await click("Withdraw the link: Old");
    await click("Withdraw the link: Old");
    return [without, made, asked, document.activeElement.ariaLabel];
    """
    without, (address, replaced), asked, focused = run(SCENE + body)
    assert (without, replaced, focused) == (True, True, "Link: Old")
    assert address.endswith("/?fork=abc")
    assert asked == [["withdraw", "7"]]
