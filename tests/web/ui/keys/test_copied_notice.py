"""The notice that a text was copied in the Mac."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Clarus", "“Clarus”"),
        ("  two\n\n lines\t", "“two lines”"),
        ("x" * 40, "“" + "x" * 40 + "”"),
        ("x" * 41, "“" + "x" * 40 + "…”"),
        ("x" * 38 + ". and more", "“" + "x" * 38 + "…”"),
        ("word " * 20_000, "“" + ("word " * 8).strip() + "…”"),
        ("🙂" * 41, "“" + "🙂" * 40 + "…”"),
        ("<b>&amp;", "“<b>&amp;”"),
    ],
)
def test_a_text_is_quoted_on_one_line(run: Run, text: str, quoted: str) -> None:
    assert run('return (await load("ui/keys/copied-notice.js")).quote(argument);', text) == quoted


def test_notice_shows_the_text_and_has_two_buttons(run: Run, blank: Page) -> None:
    script = """
    const { CopiedNotice } = await load("ui/keys/copied-notice.js");
    const called = [];
    document.body.replaceChildren();
    const notice = new CopiedNotice({ copy: () => called.push("copy"), close: () => called.push("close") });
    const section = document.getElementById("copied");
    const before = section.hidden;
    notice.show("<b>Clarus");
    const shown = [section.hidden, section.querySelector("p").textContent];
    for (const each of section.querySelectorAll("button")) each.click();
    const names = [...section.querySelectorAll("button")].map((each) => each.ariaLabel ?? each.textContent);
    notice.hide();
    return [before, shown, called, names, section.hidden];
    """
    before, shown, called, names, after = run(script)
    assert (before, shown, after) == (True, [False, "Copied in the Mac: “<b>Clarus”"], True)
    assert (called, names) == (["copy", "close"], ["Copy", "Do not copy it"])
    blank.evaluate("() => { document.body.innerHTML = ''; }")
