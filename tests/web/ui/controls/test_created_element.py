from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_an_element_has_its_properties(run: Run) -> None:
    body = """
    const { created } = await load("ui/controls/created-element.js");
    const field = created("input", { type: "checkbox", id: "a", hidden: true });
    return [field.type, field.id, field.hidden, field.isConnected];
    """
    assert run(body) == ["checkbox", "a", True, False]
