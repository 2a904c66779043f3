"""The tab "Documents": dropped files go to the Mac's disk, and documents are saved by a click."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { DocumentsPanel, numbered } = await load("ui/documents-panel.js");
const { RequestError } = await load("connection/fetch-json.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const element = (id) => document.getElementById(id);
const hints = [];
const hint = { show: (text) => { hints.push(text); } };
const offered = [];
const tabs = Object.assign(new EventTarget(), { shownTab: null, offer: (id, on) => { offered.push(on); } });
const stored = {};
const api = {
  entries: [{ name: "a <b>.txt", size: 1200, modified: 0 }],
  async list() { return this.entries; },
  address: (name) => `api/documents/${encodeURIComponent(name)}`,
  async store(name, content, progress) {
    progress({ part: 0.5, cut: name === "slow" });
    if (name in stored) throw new RequestError("There is already a file.", 409);
    if (name === "full") throw new RequestError("There is no room.", 507);
    stored[name] = await content.text();
  },
};
const panel = new DocumentsPanel(api, tabs, element("viewport"), hint);
const settled = async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => setTimeout(done));
};
const drop = async (...files) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
  const init = { dataTransfer, bubbles: true, cancelable: true };
  const over = new DragEvent("dragover", init);
  element("viewport").dispatchEvent(over);
  element("viewport").dispatchEvent(new DragEvent("drop", init));
  await settled();
  return over.defaultPrevented;
};
"""


def test_dropped_files_are_stored_one_after_the_other_under_free_names(run: Run) -> None:
    body = """
    panel.allowed = true;
    await settled();
    const taken = await drop(["a.txt", "one"], ["a.txt", "two"], ["b", "three"]);
    return [taken, stored, hints.filter((text) => !text.startsWith("Copying"))];
    """
    taken, stored, hints = run(SCENE + body)
    assert taken
    assert stored == {"a.txt": "one", "a 2.txt": "two", "b": "three"}
    assert hints == [f"{name} is on the Mac’s disk" for name in stored]


def test_a_file_that_is_refused_is_said(run: Run) -> None:
    body = """
    panel.allowed = true;
    await settled();
    await drop(["full", "x"]);
    return hints.at(-1);
    """
    assert run(SCENE + body) == "full was not copied: There is no room."


def test_a_cut_line_is_said(run: Run) -> None:
    body = """
    panel.allowed = true;
    await settled();
    await drop(["slow", "x"]);
    return hints[1];
    """
    assert run(SCENE + body) == "The line is cut. slow goes on at 50 % when it is back."


def test_who_may_not_drops_nothing(run: Run) -> None:
    body = """
    panel.allowed = false;
    return [await drop(["a", "x"]), stored, offered.at(-1)];
    """
    assert run(SCENE + body) == [True, {}, False]


def test_documents_are_links_that_save_them(run: Run) -> None:
    body = """
    panel.allowed = true;
    await settled();
    const link = element("documents-list").querySelector("a");
    return [link.textContent, link.getAttribute("href"), link.hasAttribute("download"), offered.at(-1)];
    """
    assert run(SCENE + body) == ["a <b>.txt", "api/documents/a%20%3Cb%3E.txt", True, True]


def test_without_a_disk_the_tab_is_not_offered(run: Run) -> None:
    body = """
    api.list = async () => { throw new RequestError("This Mac has no disk of documents.", 404); };
    panel.allowed = true;
    await settled();
    return offered.at(-1);
    """
    assert run(SCENE + body) is False


@pytest.mark.parametrize(
    ("name", "numbered"), [("a.txt", "a 2.txt"), ("a", "a 2"), (".x", ".x 2"), ("a.tar.gz", "a.tar 2.gz")]
)
def test_numbers_stand_before_the_extension(run: Run, name: str, numbered: str) -> None:
    assert run(SCENE + f'return numbered("{name}", 2);') == numbered
