from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { EmulatorChoice, valueOf } = await load("ui/emulator-choice.js");
const row = document.createElement("div");
const list = row.appendChild(document.createElement("select"));
const choice = new EmulatorChoice(row, list);
const emulators = [
  { name: "mac", about: "Built-in Mac", missing: "", at_restart: true },
  { name: "b2", about: "Basilisk II: 68k Macs", missing: "It needs a ROM.", at_restart: false },
];
"""


def test_emulators_are_named_by_the_beginning_of_what_they_are(run: Run) -> None:
    body = """
    choice.offer({ follows_file: true, emulators });
    const shown = ({ value, text, disabled, title }) => [value, text, disabled, title];
    const atRestart = ["", "b2", "other"].map((value) => choice.isChangedByRestart(value));
    return [row.hidden, [...list.options].map(shown), atRestart];
    """
    assert run(SCENE + body) == [
        False,
        [
            ["", "Built-in Mac", False, "Built-in Mac"],
            ["b2", "Basilisk II, not set up", True, "It needs a ROM."],
        ],
        [True, False, False],
    ]


def test_an_older_server_offers_none(run: Run) -> None:
    body = """
    const before = row.hidden;
    choice.offer({ follows_file: true, emulators });
    choice.offer(null);
    return [before, row.hidden, list.length, ["", "mac", "b2"].map(valueOf)];
    """
    assert run(SCENE + body) == [True, True, 0, ["", "", "b2"]]
