from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

Run = Callable[..., Any]


def test_the_same_file_can_be_chosen_twice(run: Run, blank: Page) -> None:
    run("""
    const { FileButton } = await load("ui/controls/file-button.js");
    window.taken = [];
    const button = new FileButton("Open…", (file) => window.taken.push(file.name));
    document.body.replaceChildren(button.element);
    button.text = "Other…";
    """)
    for _ in range(2):
        with blank.expect_file_chooser() as chooser:
            blank.get_by_role("button", name="Other…").click()
        chooser.value.set_files({"name": "a.rom", "mimeType": "", "buffer": b"1"})
    assert blank.evaluate("window.taken") == ["a.rom", "a.rom"]
