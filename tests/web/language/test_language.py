from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("chosen", "preferred", "language"),
    [
        (None, ["de-AT", "en"], "de"),
        (None, ["it-IT", "fr-CA", "en"], "fr"),
        (None, ["JA"], "ja"),
        (None, ["it"], "en"),
        (None, [], "en"),
        ("en", ["de"], "en"),
        ("ja", ["de"], "ja"),
        ("tlh", ["de"], "de"),
        ("constructor", ["toString"], "en"),
    ],
)
def test_the_chosen_language_or_the_first_of_the_browser(
    run: Run, chosen: str | None, preferred: list[str], language: str
) -> None:
    body = """
    const { chooseLanguage } = await load("language/language.js");
    return chooseLanguage(...argument);
    """
    assert run(body, [chosen, preferred]) == language
