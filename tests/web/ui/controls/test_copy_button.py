"""A click copies a field's text, or selects it where pages may not copy."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize("allowed", [True, False])
def test_click_copies_or_selects(run: Run, allowed: bool) -> None:
    body = """
    const { copyClicks } = await load("ui/controls/copy-button.js");
    const copied = [];
    const writeText = async (text) => { if (!argument) throw new Error("denied"); copied.push(text); };
    Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
    const field = Object.assign(document.createElement("input"), { value: "text" });
    const button = document.createElement("button");
    document.body.replaceChildren(field, button);
    copyClicks(button, field);
    button.click();
    await new Promise((done) => setTimeout(done));
    delete navigator.clipboard;
    return [copied, button.textContent, field.selectionEnd - field.selectionStart];
    """
    expected = [["text"], "Copied", 4] if allowed else [[], "Press Ctrl C", 4]
    assert run(body, allowed) == expected
