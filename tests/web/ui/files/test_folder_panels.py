"""Which of the panels of folders are offered."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { FolderPanels } = await load("ui/files/folder-panels.js");
let requests = 0, answer = async () => ["disks", "documents"];
const api = { list: () => { requests += 1; return answer(); } };
const documents = { allow: (...values) => { documents.now = values; } };
const states = { allowed: null };
const panels = new FolderPanels(api, documents, states);
const owner = { permissions: ["watch", "manage"] }, player = { permissions: ["watch", "play"] };
const shown = () => [documents.now, states.allowed, requests];
"""


@pytest.mark.parametrize(
    ("folders", "shown"),
    [
        ("[]", [[True, False], False, 1]),
        ("['documents']", [[True, True], False, 1]),
        ("['states', 'roms']", [[True, False], True, 1]),
    ],
)
def test_owners_are_offered_what_there_is(run: Run, folders: str, shown: list[Any]) -> None:
    body = f"answer = async () => {folders}; await panels.offer(owner); return shown();"
    assert run(SCENE + body) == shown


def test_others_are_offered_nothing_and_nothing_is_requested(run: Run) -> None:
    assert run(SCENE + "await panels.offer(player); return shown();") == [[False, False], False, 0]


def test_without_an_answer_nothing_is_offered(run: Run) -> None:
    body = """
    answer = async () => { throw new TypeError("Failed to fetch"); };
    await panels.offer(owner);
    return shown();
    """
    assert run(SCENE + body) == [[True, False], False, 1]


def test_the_newest_answer_counts(run: Run) -> None:
    body = """
    let finish;
    answer = () => new Promise((done) => { finish = () => done(["documents", "states"]); });
    const late = panels.offer(owner);
    await panels.offer(player);
    finish();
    await late;
    return shown();
    """
    assert run(SCENE + body) == [[False, False], False, 1]
