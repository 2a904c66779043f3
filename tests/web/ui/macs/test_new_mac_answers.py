"""What is asked about a new Mac: answers stay, and those without a question are not sent."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

ANSWERS = """
const { NewMacAnswers } = await load("ui/macs/new-mac-answers.js");
const question = (name, ...choices) => ({ name, text: name, help: "", choices });
const emulators = [
  { name: "mini", installed: false, questions: [question("rom"), question("disk"), question("disk-size")] },
  { name: "basilisk2", installed: true, questions: [
    question("rom"), question("disk"), question("disk-size"), question("memory", "64", "8")] },
];
const answers = new NewMacAnswers({ emulators, macs: [{ name: "basilisk2" }, { name: "basilisk2-2" }] });
const find = (name) => answers.questions.find((each) => each.name === name);
const names = () => answers.questions.map(({ name }) => name);
"""


def test_the_best_answers_are_there_from_the_beginning(run: Run) -> None:
    body = "return [names(), answers.collect(['a'])];"
    assert run(ANSWERS + body) == [
        ["emulator", "rom", "disk", "disk-size", "memory", "name"],
        {
            "name": "basilisk2-3",
            "emulator": "basilisk2",
            "rom": ["a"],
            "answers": {"disk": "", "disk-size": "500", "memory": "64"},
        },
    ]


def test_another_emulator_has_other_questions_and_answers_come_back(run: Run) -> None:
    body = """
    answers.give(find("memory"), "8");
    answers.give(find("name"), "mine");
    answers.give(find("emulator"), "mini");
    const mini = answers.collect([]);
    answers.give(find("emulator"), "basilisk2");
    return [mini, answers.collect([]).answers.memory];
    """
    mini = {"name": "mine", "emulator": "mini", "rom": [], "answers": {"disk": "", "disk-size": "500"}}
    assert run(ANSWERS + body) == [mini, "8"]


def test_a_disk_has_no_size_and_an_answer_that_does_not_fit_is_the_best_one(run: Run) -> None:
    body = """
    answers.give(find("disk"), "system.img");
    answers.give(find("memory"), "7");
    return [names(), answers.collect([]).answers];
    """
    assert run(ANSWERS + body) == [
        ["emulator", "rom", "disk", "memory", "name"],
        {"disk": "system.img", "memory": "64"},
    ]
