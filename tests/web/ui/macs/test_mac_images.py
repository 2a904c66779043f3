from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

Run = Callable[..., Any]

SCENE = """
const { createImageChoice } = await load("ui/macs/mac-images.js");
window.chosen = [];
const stored = ["a.img"];
const work = {
  run: (act) => act(),
  files: async () => stored,
  upload: async (folder, { name }) => {
    stored.push(name);
    return name;
  },
};
const texts = { label: "Disk", none: "No disk", chosen: argument };
document.body.replaceChildren(createImageChoice(work, texts, (name) => window.chosen.push(name)));
await new Promise((then) => setTimeout(then, 10));
const list = document.querySelector("select");
return [[...list.options].map(({ text }) => text), list.value];
"""


def test_images_of_the_server_can_be_chosen(run: Run, blank: Page) -> None:
    assert run(SCENE, "a.img") == [["No disk", "a.img"], "a.img"]
    blank.locator("select").select_option("")
    assert blank.evaluate("window.chosen") == [""]


def test_an_uploaded_image_is_chosen(run: Run, blank: Page) -> None:
    assert run(SCENE, "") == [["No disk", "a.img"], ""]
    file = {"name": "b.img", "mimeType": "", "buffer": b"1"}
    blank.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    blank.wait_for_function("document.querySelector('select').value === 'b.img'")
    assert blank.evaluate("window.chosen") == ["b.img"]
