"""The question for a ROM: what a file is is said at once, and of two chips both are wanted."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

ROM = """
const { RomQuestion } = await load("ui/macs/rom-question.js");
const told = [], checked = [];
const kinds = {
  good: { accepted: true, half: false, sentence: "The ROM of: {macs}.", values: { macs: "Plus" } },
  half: { accepted: false, half: true, sentence: "Half", values: {} },
  wrong: { accepted: false, half: false, sentence: "It is {found}.", values: { found: "a picture" } },
};
let fails = false;
const rom = new RomQuestion({
  run: (act) => act().catch((error) => told.push(error.message)),
  files: async () => ["good", "half", "half2", "wrong"],
  upload: async (folder, file) => `${folder}/${file.name}`,
  checkRom: async (files) => {
    checked.push(files);
    if (fails) throw new Error("failed");
    return kinds[files.length > 1 ? "good" : files[0]];
  },
  tell: (sentence, good) => told.push([sentence, good]),
});
document.body.replaceChildren(rom.element);
const list = rom.element.querySelector("select");
const settle = () => new Promise((then) => setTimeout(then, 10));
const choose = async (name) => {
  list.value = name;
  list.dispatchEvent(new Event("change"));
  await settle();
};
await rom.show();
"""


def test_a_file_that_is_there_is_recognised(run: Run) -> None:
    body = """
    const before = [list.hidden, rom.accepted];
    await choose("good");
    return [before, rom.files, rom.accepted, told, list.value];
    """
    assert run(ROM + body) == [[False, False], ["good"], True, [["The ROM of: Plus.", True]], "good"]


def test_the_other_chip_is_asked_for_and_joined(run: Run) -> None:
    body = """
    const button = rom.element.querySelector("button");
    await choose("half");
    const asked = [list.value, list.options[0].text, button.textContent, rom.accepted];
    await choose("half2");
    return [asked, rom.files, rom.accepted, button.textContent];
    """
    assert run(ROM + body) == [
        ["", "The other file…", "Upload the other file…", False],
        ["half", "half2"],
        True,
        "Upload a file…",
    ]


def test_a_wrong_file_is_named_and_another_one_replaces_it(run: Run) -> None:
    body = """
    await choose("wrong");
    const wrong = [rom.accepted, told.at(-1)];
    await choose("good");
    return [wrong, rom.files];
    """
    assert run(ROM + body) == [[False, ["It is a picture.", False]], ["good"]]


def test_files_are_looked_at_again_when_the_question_comes_back(run: Run) -> None:
    body = """
    await choose("good");
    await rom.show();
    const again = [checked.length, rom.accepted, list.value];
    fails = true;
    await rom.show();
    return [again, rom.accepted, told.at(-1)];
    """
    assert run(ROM + body) == [[2, True, "good"], False, "failed"]
