"""Files that are dropped or chosen, with those of folders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

Run = Callable[..., Any]


def test_the_files_of_dropped_folders_are_found(blank: Page, tmp_path: Path) -> None:
    """The browser gets a folder of the disk, as from the desktop."""
    inner = tmp_path / "letters" / "old" / "1984"
    inner.mkdir(parents=True)
    (inner / "hello").write_text("hello")
    (inner / "._hello").write_text("resources")
    (inner / ".DS_Store").write_text("hidden")
    (tmp_path / "letters" / ".git").mkdir()
    (tmp_path / "letters" / ".git" / "config").write_text("hidden")
    for number in range(120):  # browsers list about a hundred at once
        (tmp_path / "letters" / f"{number}").write_text("")
    (tmp_path / "alone").write_text("alone")
    script = """async () => {
        const { droppedFiles } = await import("/static/ui/files/dropped-files.js");
        for (const type of ["dragenter", "dragover"]) {
            document.addEventListener(type, (event) => event.preventDefault());
        }
        window.found = new Promise((resolve) => document.addEventListener("drop", (event) => {
            event.preventDefault();
            resolve(droppedFiles(event.dataTransfer));
        }));
    }"""
    blank.evaluate(script)
    devtools = blank.context.new_cdp_session(blank)
    data = {
        "items": [],
        "files": [str(tmp_path / "letters"), str(tmp_path / "alone")],
        "dragOperationsMask": 1,
    }
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 100, "y": 100, "data": data})
    found = blank.evaluate(
        """async () => Promise.all((await window.found)
        .map(async ({ file, folder }) => `${folder}:${file.name}:${await file.text()}`))"""
    )
    numbers = [f"letters:{number}:" for number in range(120)]
    nested = ["letters/old/1984:hello:hello", "letters/old/1984:._hello:resources"]
    assert sorted(found) == sorted([*numbers, *nested, ":alone:alone"])


SCENE = """
const { MAX_FOUND, chosenFiles, droppedFiles } = await load("ui/files/dropped-files.js");
const file = (name) => ({ name, isFile: true, file: (take) => take(new File(["x"], name)) });
const folder = (name, ...entries) => ({
  name, isDirectory: true, createReader: () => ({ readEntries: (take) => take(entries.splice(0, 100)) }),
});
const transfer = (entry) => ({ items: [{ kind: "file", webkitGetAsEntry: () => entry }] });
const drop = (entry) => droppedFiles(transfer(entry));
"""


def test_what_cannot_be_read_is_named(run: Run) -> None:
    body = """
    const refused = (_, refuse) => refuse(new Error("locked"));
    const locked = { name: "locked", isFile: true, fullPath: "/locked", file: refused };
    const closed = { name: "closed", createReader: () => ({ readEntries: refused }) };
    const unreadable = [];
    const found = await droppedFiles(transfer(folder("a", locked, closed, file("b"))), unreadable);
    return [found.map(({ file }) => file.name), unreadable];
    """
    assert run(SCENE + body) == [["b"], ["locked", "closed"]]


def test_a_drop_has_a_limit(run: Run) -> None:
    body = """
    const files = Array.from({ length: MAX_FOUND + 200 }, (_, i) => file(String(i)));
    const many = await drop(folder("a", ...files));
    let deep = folder("last", file("x"));
    for (let depth = 0; depth < 40; depth++) deep = folder(String(depth), deep, file("y"));
    return [many.length === MAX_FOUND, (await drop(deep)).map(({ file }) => file.name)];
    """
    assert run(SCENE + body) == [True, ["y"] * 16]


def test_chosen_files_have_their_folders(run: Run) -> None:
    body = """
    const chosen = (name, value) =>
      Object.defineProperty(new File([], name), "webkitRelativePath", { value });
    const files = [chosen("a", ""), chosen("b", "letters/old/b"), chosen(".DS_Store", "letters/.DS_Store")];
    return chosenFiles(files).map(({ file, folder }) => [file.name, folder]);
    """
    assert run(SCENE + body) == [["a", ""], ["b", "letters/old"]]
