"""The parts of the page that make characters of what is typed, together."""

from collections.abc import Callable
from typing import Any

import pytest

from moof.keyboard import layouts_json

Run = Callable[..., Any]
Scene = Any  # see conftest.py


@pytest.mark.parametrize(
    ("characters", "layout", "sentence"),
    [
        (["漢", "字"], None, "The Mac’s keyboard has no 漢 字"),
        (["ą"], "german", "The Mac’s German keyboard has no ą"),
    ],
)
def test_the_sentence_about_what_is_missing(
    run: Run, characters: list[str], layout: str | None, sentence: str
) -> None:
    body = """
    const { describeMissing } = await load("ui/typing.js");
    const { macLayouts } = await load("input/mac-layout.js");
    const [characters, name, file] = argument;
    return describeMissing(characters, macLayouts(file).get(name) ?? null);
    """
    assert run(body, [characters, layout, layouts_json()]) == sentence


def test_without_a_layout_the_screen_has_the_focus(steady: Scene) -> None:
    assert steady.page.evaluate("document.activeElement.id") == "screen"
