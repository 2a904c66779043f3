"""The Macs in the settings: which one is used, and how another one is."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { MacList } = await load("ui/macs/mac-list.js");
const { RequestError } = await load("connection/request-json.js");
document.body.innerHTML = '<div id="mac-settings"><p id="before">x</p></div>';
const element = (id) => document.getElementById(id);
const asked = [], done = [];
let answer = { name: null, started: true };
const macs = {
  emulators: [], current: "quadra", current_emulator: "basilisk2", switches: true,
  macs: [
    { name: "old", emulator: "Mini vMac", pictured: 5 },
    { name: "quadra", emulator: "Basilisk II", pictured: 0 },
  ],
  removed: [{ name: "gone", emulator: "Mini vMac", pictured: 0 }], running: true,
};
const choices = { follows_file: true, emulators: [
  { name: "mac", about: "Built-in Mac", missing: "", at_restart: true },
  { name: "b2", about: "Basilisk II: 68k Macs", missing: "It needs a ROM.", at_restart: true },
  { name: "own", about: "own", missing: "", at_restart: false },
] };
const api = {
  list: async () => macs,
  choose: async (mac) => {
    asked.push(mac);
    if (answer instanceof Error) throw answer;
    return answer;
  },
  start: async () => asked.push("start"),
  stop: async () => { asked.push("stop"); },
  duplicate: async (name) => {
    asked.push(`duplicate ${name}`);
    macs.macs.push({ ...macs.macs[0], name: "copy" });
  },
  remove: async (name) => { asked.push(`remove ${name}`); },
  restore: async (name) => { asked.push(`restore ${name}`); macs.removed = []; },
  picture: ({ name, pictured }) => pictured ? `data:,${name}` : "",
};
const tabs = Object.assign(new EventTarget(), { shownTab: "mac-tab", offer() {} });
const actions = { started: () => done.push("started"), changed: () => done.push("changed") };
const list = new MacList(api, { emulators: async () => choices }, tabs, actions);
const settle = () => new Promise((then) => setTimeout(then, 10));
const look = async () => { tabs.dispatchEvent(new Event("shown")); await settle(); };
const rows = (id) => [...element(id).children].map((each) =>
  [...each.querySelectorAll("strong, span, button")].map(({ textContent }) => textContent));
const start = async (id, at) => {
  const button = element(id).children[at].querySelector("button");
  button.click();
  button.click();
  await settle();
};
await look();
"""


def test_macs_and_emulators_are_listed(run: Run) -> None:
    assert run(SCENE + 'return [rows("macs-list"), rows("macs-others-list")];') == [
        [
            ["Built-in Mac", "Moof’s own", "Start"],
            ["old", "Mini vMac", "Start", "Duplicate", "Remove"],
            ["quadra", "Basilisk II · in use", "Stop", "Duplicate", "Remove"],
        ],
        [["Basilisk II", "It needs a ROM."], ["own", "with settings of its own", "Start"]],
    ]


def test_a_question_stays_while_another_mac_changes(run: Run) -> None:
    body = """
    const button = element("macs-list").children[1].querySelector("button");
    button.focus();
    button.click();
    macs.running = false;
    macs.macs[1].pictured = 7;
    await look();
    const question = button.textContent;
    button.click();
    await settle();
    return [rows("macs-list")[2], question, asked];
    """
    assert run(SCENE + body) == [
        ["quadra", "Basilisk II · in use", "Start", "Duplicate", "Remove"],
        "Leave the present one?",
        [{"name": "old"}],
    ]


def test_another_one_is_used_after_a_question(run: Run) -> None:
    body = """
    element("macs-list").children[1].querySelector("button").click();
    const before = asked.length;
    await start("macs-list", 0);
    await start("macs-list", 1);
    await start("macs-others-list", 1);
    return [before, asked, done.slice(0, 2)];
    """
    assert run(SCENE + body) == [0, [{}, {"name": "old"}, {"emulator": "own"}], ["changed", "started"]]


def test_what_waits_for_moof_and_what_is_refused_is_said(run: Run) -> None:
    body = """
    answer = { name: null, started: false };
    await start("macs-others-list", 1);
    const waits = [element("macs-note").textContent, done];
    answer = new RequestError("moof.toml cannot be changed", 409);
    await start("macs-list", 0);
    return [...waits, element("macs-note").textContent];
    """
    assert run(SCENE + body) == [
        "Saved. It takes effect when Moof itself is started again.",
        ["changed"],
        "moof.toml cannot be changed",
    ]


def test_the_present_mac_is_stopped_and_started(run: Run) -> None:
    body = """
    list.running = true;
    await settle();
    await start("macs-list", 2);
    const stopping = rows("macs-list")[2][2];
    macs.running = list.running = false; // its process has ended
    await settle();
    const stopped = rows("macs-list")[2][2];
    await start("macs-list", 2);
    return [asked, stopping, stopped];
    """
    assert run(SCENE + body) == [["stop", "start"], "Stop", "Start"]


def test_macs_are_copied_removed_and_brought_back(run: Run) -> None:
    body = """
    const press = async (list, text) => {
      [...element(list).querySelectorAll("button")].find((each) => each.textContent === text).click();
      await settle();
    };
    await press("macs-list", "Duplicate");
    const copied = [rows("macs-list").length, document.activeElement.id];
    await press("macs-list", "Remove");
    await press("macs-list", "Really?");
    await press("macs-removed-list", "Bring back");
    return [copied, asked, element("macs-removed").hidden];
    """
    assert run(SCENE + body) == [
        [4, "mac-add"],
        ["duplicate old", "remove old", "restore gone"],
        True,
    ]


def test_a_new_mac_takes_the_place_of_the_tab_until_it_is_left(run: Run) -> None:
    body = """
    element("mac-add").click();
    await look();
    const hidden = () => ["macs", "before"].map((id) => element(id).hidden);
    const during = [...hidden(), element("add-mac") !== null];
    element("add-mac-back").click();
    return [during, ...hidden(), element("add-mac"), document.activeElement.id];
    """
    assert run(SCENE + body) == [[True, True, True], False, False, None, "mac-add"]


def test_there_is_no_list_where_the_command_line_has_chosen(run: Run) -> None:
    body = """
    const before = element("macs").hidden;
    choices.follows_file = false;
    await look();
    return [before, element("macs").hidden];
    """
    assert run(SCENE + body) == [False, True]


def test_a_change_leaves_the_focus_where_it_is_by_then(run: Run) -> None:
    body = """
    let answered;
    api.duplicate = () => new Promise((then) => { answered = then; });
    document.body.append(Object.assign(document.createElement("button"), { id: "other" }));
    const [, duplicate] = element("macs-list").children[1].querySelectorAll("button");
    duplicate.focus();
    duplicate.click();
    await settle();
    element("other").focus();
    answered();
    await settle();
    return document.activeElement.id;
    """
    assert run(SCENE + body) == "other"


def test_the_focus_stays_in_the_list_when_its_button_is_gone(run: Run) -> None:
    body = """
    api.restore = async () => { macs.removed = []; };
    const button = element("macs-removed-list").querySelector("button");
    element("macs-removed").open = true;
    button.focus();
    button.click();
    await settle();
    return [button.isConnected, document.activeElement.id];
    """
    assert run(SCENE + body) == [False, "mac-add"]
