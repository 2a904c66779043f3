from collections.abc import Callable
from typing import Any


def test_element_has_the_properties(run: Callable[..., Any]) -> None:
    body = """
    const { created } = await load("ui/created-element.js");
    const button = created("button", { type: "button", textContent: "<b>", ariaLabel: "Bold" });
    return button.outerHTML;
    """
    assert run(body) == '<button type="button" aria-label="Bold">&lt;b&gt;</button>'
