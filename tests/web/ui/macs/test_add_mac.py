"""The steps to a new Mac; tests/e2e/test_macs.py takes them in the real page."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

Run = Callable[..., Any]

SCENE = """
const { AddMac, choiceText } = await load("ui/macs/add-mac.js");
const { RequestError } = await load("connection/request-json.js");
const question = (name, ...choices) => ({ name, text: `Which ${name}?`, help: "", choices });
const emulator = (name, installed) => ({
  name, title: name.toUpperCase(), installed, install: installed ? "" : "Get it.",
  questions: [question("rom"), question("disk-size"), question("memory", "64", "8")],
});
const added = [], closed = [];
let refusal = null;
const api = {
  files: async () => ["good.rom"],
  checkRom: async (name) => ({ accepted: name === "b2", half: false, sentence: name, values: {} }),
  store: (folder, name, file, progress, signal) => new Promise((_, reject) => {
    progress({ part: .5, cut: false });
    signal.addEventListener("abort", () => reject(signal.reason));
  }),
  add: async (mac) => {
    added.push(mac);
    if (refusal) throw refusal;
    return { name: mac.name, started: true };
  },
};
const macs = { emulators: [emulator("none", false), emulator("b2", true)], macs: [] };
const wizard = new AddMac(api, macs, (used) => closed.push(used));
document.body.replaceChildren(wizard.element);
const element = (id) => document.getElementById(`add-mac-${id}`);
const settle = () => new Promise((then) => setTimeout(then, 10));
const press = async (id) => { element(id).click(); await settle(); };
const answer = async (value) => {
  const target = element("answer").querySelector("select, input:not([type=file])");
  target.value = value;
  for (const type of ["input", "change"]) target.dispatchEvent(new Event(type));
  await settle();
};
const shown = () => [element("heading").textContent, element("note").textContent, element("next").disabled];
"""


def test_what_is_installed_comes_first_and_what_is_not_cannot_be_set_up(run: Run) -> None:
    body = """
    const first = shown();
    await answer("none");
    return [first, shown(), element("note").classList.contains("bad")];
    """
    missing = "NONE is not installed on the server’s computer. Get it."
    assert run(SCENE + body) == [["Emulator", "", False], ["Emulator", missing, True], True]


def test_nobody_goes_on_without_a_rom_and_answers_stay(run: Run) -> None:
    body = """
    await press("next");
    const before = shown();
    await answer("good.rom");
    const after = shown();
    await press("next");
    await answer("20");
    await press("next");
    await answer("8");
    for (let i = 0; i < 2; i++) await press("back");
    const back = shown();
    await press("back");
    for (let i = 0; i < 4; i++) await press("next");
    await answer("mine");
    await press("next");
    return [before, after, back, added, closed];
    """
    answers = {"disk-size": "20", "memory": "8"}
    assert run(SCENE + body) == [
        ["Which rom?", "", True],
        ["Which rom?", "b2", False],
        ["Which rom?", "b2", False],
        [{"name": "mine", "emulator": "b2", "rom": ["good.rom"], "answers": answers}],
        [{"name": "mine", "started": True}],
    ]


def test_a_refusal_is_shown_at_the_last_step(run: Run) -> None:
    body = """
    await press("next");
    await answer("good.rom");
    for (let i = 0; i < 3; i++) await press("next");
    const seen = [];
    for (refusal of [new RequestError("No room.", 409), new TypeError("lost")]) {
      await press("next");
      seen.push(shown());
    }
    return [seen, closed];
    """
    last = "Name of the Mac"
    assert run(SCENE + body) == [
        [[last, "No room.", False], [last, "The server does not answer.", False]],
        [],
    ]


def test_an_upload_is_cancelled_and_the_first_step_back_leaves(run: Run, blank: Page) -> None:
    run(SCENE + 'Object.assign(window, { press, shown, left: closed }); await press("next");')
    blank.locator("input[type=file]").set_input_files({"name": "a", "mimeType": "", "buffer": b"1"})
    blank.wait_for_function("shown()[1] === 'Copying a: 50 %'")
    seen = blank.evaluate("""async () => {
        const seen = [];
        for (let i = 0; i < 3; i++) {
            await press("back");
            seen.push([...shown().slice(0, 2), left.length]);
        }
        return seen;
    }""")
    assert seen == [["Which rom?", "", 0], ["Emulator", "", 0], ["Emulator", "", 1]]


def test_choices_are_written_for_people(run: Run) -> None:
    body = """return [["sound", "no"], ["screen", "8x6"], ["depth", "1"], ["depth", "8"], ["memory", "64"]]
        .map(([question, value]) => choiceText(question, value));"""
    assert run(SCENE + body) == ["no", "8 × 6", "black and white", "256", "64 MB"]
