"""An upload whose name is taken gets a numbered one."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { numbered, storeNumbered } = await load("ui/files/numbered-upload.js");
const { RequestError } = await load("connection/request-json.js");
"""


@pytest.mark.parametrize(
    ("name", "numbered"), [("a.txt", "a 2.txt"), ("a", "a 2"), (".x", ".x 2"), ("a.tar.gz", "a.tar 2.gz")]
)
def test_numbers_stand_before_the_extension(run: Run, name: str, numbered: str) -> None:
    assert run(SCENE + f'return numbered("{name}", 2);') == numbered


def test_taken_names_are_passed_over_and_other_refusals_are_not(run: Run) -> None:
    body = """
    const refusals = { "a.txt": 409, "a 2.txt": 409, "b": 422 };
    const store = async (name) => { if (name in refusals) throw new RequestError("no", refusals[name]); };
    return [await storeNumbered("a.txt", store),
            await storeNumbered("b", store).catch(({ status }) => status)];
    """
    assert run(SCENE + body) == ["a 3.txt", 422]
