"""The tab "Documents": dropped and chosen files go to the Mac's disk, and documents are saved by a click."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { DocumentsPanel } = await load("ui/files/documents-panel.js");
const { RequestError } = await load("connection/request-json.js");
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
  macBinaryAddress: (name) => `api/documents/${encodeURIComponent(name)}/macbinary`,
  async store(name, content) {
    if (name in stored) throw new RequestError("There is already a file.", 409);
    stored[name] = await content.text();
  },
};
const panel = new DocumentsPanel(api, tabs, element("viewport"), hint, () => {});
const settled = async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => setTimeout(done));
};
let place = "viewport";
const drop = async (...files) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
  const init = { dataTransfer, bubbles: true, cancelable: true };
  const events = ["dragover", "drop"].map((type) => new DragEvent(type, init));
  for (const event of events) element(place).dispatchEvent(event);
  await settled();
  return events.every((event) => event.defaultPrevented);
};
"""


def test_dropped_files_are_stored_one_after_the_other_under_free_names(run: Run) -> None:
    body = """
    panel.allow(true, true);
    await settled();
    const taken = await drop(["a.txt", "one"], ["a.txt", "two"], ["b", "three"]);
    return [taken, stored, element("viewport").className];
    """
    assert run(SCENE + body) == [True, {"a.txt": "one", "a 2.txt": "two", "b": "three"}, ""]


def test_what_is_dropped_beside_the_screen_goes_to_the_disk_too(run: Run) -> None:
    body = """
    panel.allow(true, true);
    await settled();
    place = "toolbar";
    return [await drop(["a", "one"]), stored];
    """
    assert run(SCENE + body) == [True, {"a": "one"}]


def test_what_the_computer_cannot_read_is_named(run: Run) -> None:
    body = """
    panel.allow(true, true);
    await settled();
    const locked = (name) => ({ name, isFile: true, file: (_, refuse) => refuse(new Error("locked")) });
    const item = (name) => ({ kind: "file", webkitGetAsEntry: () => locked(name) });
    const items = ["a", "b", "c", "d"].map(item);
    const event = new DragEvent("drop", { bubbles: true, cancelable: true });
    Object.defineProperty(event, "dataTransfer", { value: { types: ["Files"], items } });
    element("viewport").dispatchEvent(event);
    await settled();
    return [hints, stored];
    """
    assert run(SCENE + body) == [
        ["Not copied, since this computer cannot read it: a, b, c …"],
        {},
    ]


def test_a_chosen_file_is_stored(run: Run) -> None:
    body = """
    panel.allow(true, true);
    await settled();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["one"], "a"));
    element("documents-files").files = dataTransfer.files;
    element("documents-files").dispatchEvent(new Event("change"));
    await settled();
    return [stored, element("documents-files").files.length];
    """
    assert run(SCENE + body) == [{"a": "one"}, 0]


def test_who_may_not_drops_nothing(run: Run) -> None:
    body = """
    panel.allow(false, true);
    return [await drop(["a", "x"]), stored, offered.at(-1)];
    """
    assert run(SCENE + body) == [True, {}, False]


def test_documents_are_links_that_save_them(run: Run) -> None:
    body = """
    panel.allow(true, true);
    await settled();
    const links = [...element("documents-list").querySelectorAll("a")];
    return links.map((link) => [link.textContent, link.getAttribute("href"), link.hasAttribute("download")]);
    """
    assert run(SCENE + body) == [
        ["a <b>.txt", "api/documents/a%20%3Cb%3E.txt", True],
        ["MacBinary", "api/documents/a%20%3Cb%3E.txt/macbinary", True],
    ]


def test_without_a_disk_the_tab_is_not_offered(run: Run) -> None:
    body = """
    api.list = async () => { throw new RequestError("This Mac has no disk of documents.", 404); };
    panel.allow(true, true);
    await settled();
    return offered.at(-1);
    """
    assert run(SCENE + body) is False


def test_a_disk_that_is_not_there_is_not_asked_for(run: Run) -> None:
    body = """
    let asked = 0;
    api.list = async () => { asked += 1; return []; };
    panel.allow(true, false);
    await settled();
    return [offered.at(-1), asked];
    """
    assert run(SCENE + body) == [False, 0]
