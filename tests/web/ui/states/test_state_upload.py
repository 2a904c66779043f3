"""Files of states are sent one after the other, under names that states can have."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { StateUpload, stateName } = await load("ui/states/state-upload.js");
const { RequestError } = await load("connection/request-json.js");
const stored = [], said = [];
let lists = 0;
const api = {
  async store(name, file, progress) {
    progress({ part: 0.5, cut: false });
    if (file.name.startsWith("bad")) throw new RequestError("The file is no state of a Mac.", 422);
    if (stored.includes(name)) throw new RequestError("There is already a state with this name.", 409);
    stored.push(name);
  },
};
const upload = new StateUpload(api, {
  progress: (text) => said.push(text),
  refused: (text) => said.push(`refused: ${text}`),
  stored: async () => { lists += 1; },
});
const settled = async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => setTimeout(done));
};
"""


def test_taken_names_get_numbers_and_a_refusal_is_said(run: Run) -> None:
    body = """
    upload.take(["A", "bad", "A"].map((name) => new File(["x"], `${name}.moofstate`)));
    await settled();
    return [stored, said, lists];
    """
    stored, said, lists = run(SCENE + body)
    assert stored == ["A", "A 2"]
    assert lists == 2
    assert said[:3] == ["Copying A: 0 %", "Copying A: 50 %", "A is saved"]
    assert "refused: bad was not copied: The file is no state of a Mac." in said
    assert said[-1] == "A 2 is saved"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("A b.moofstate", "A b"),
        ("a:b?.moofstate", "a_b_"),
        ("..a", "_a"),
        (".moofstate", "_"),
        ("x" * 300, "x" * 76),
    ],
)
def test_name_of_a_state_is_made_of_the_files(run: Run, file: str, name: str) -> None:
    assert run(SCENE + f"return stateName({file!r});") == name
