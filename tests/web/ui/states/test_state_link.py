"""The link of a state: its address, and what it is good for."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_the_address_has_the_token_and_the_note_says_how_many_use_it(run: Run) -> None:
    body = """
    const { stateLink } = await load("ui/states/state-link.js");
    const shown = [0, 2].map((running) => {
      const element = stateLink({ id: "1", state: "<b>", token: "a+b", running, documents: "none" });
      const field = element.querySelector("input");
      return [field.value, field.ariaLabel, element.querySelector("p").textContent];
    });
    return [new URL("./?fork=a%2Bb", document.baseURI).href, shown];
    """
    address, shown = run(body)
    assert [each[:2] for each in shown] == [[address, "Link: <b>"]] * 2
    assert ["In use now: 2." in each[2] for each in shown] == [False, True]


def test_the_note_says_whether_the_documents_are_copied(run: Run) -> None:
    body = """
    const { stateLink } = await load("ui/states/state-link.js");
    const link = { id: "1", state: "A", token: "a", running: 0 };
    const note = (documents) => stateLink({ ...link, documents }).querySelector("p").textContent;
    return ["none", "copied", "too-large"].map(note);
    """
    nothing, copied, too_large = run(body)
    assert "documents" not in nothing
    assert "a copy of the documents that this Mac had" in copied
    assert "more than a link may copy" in too_large
