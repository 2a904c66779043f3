"""The list of files that are being copied: progress, cancelling, what is refused, and the focus."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { UploadList } = await load("ui/files/upload-list.js");
document.body.replaceChildren();
const sends = [];
const told = [];
const list = new UploadList({
  send: (copy, progress, signal) => new Promise((resolve, reject) => {
    sends.push({ name: copy.file.name, progress, store: () => resolve(copy.file.name), refuse: reject });
    signal.addEventListener("abort", () => reject(signal.reason));
  }),
  changed: () => told.push("changed"),
  done: () => told.push("done"),
});
document.body.append(list.element);
const section = document.getElementById("uploads");
const add = (...names) => list.add(names.map((name) => ({ file: new File([], name) })));
const settled = () => new Promise((done) => setTimeout(done));
const rows = () => [...section.querySelectorAll("li")].map((row) => row.querySelector(".name").textContent);
const status = () => section.querySelector("[role=status]").textContent;
const button = (row) => section.querySelectorAll("li button")[row];
const end = () => section.querySelector(".head button");
"""


def test_files_are_sent_one_after_the_other_with_their_progress(run: Run) -> None:
    body = """
    add("a", "b");
    const before = [rows(), status(), sends.length, section.querySelector(".head .facts").textContent];
    sends[0].progress({ part: 0.254, cut: false });
    const half = [section.querySelector("li .facts").textContent, section.querySelector("progress").value];
    sends[0].store();
    await settled();
    const count = section.querySelector(".head .facts").textContent;
    const between = [rows(), count, sends.map(({ name }) => name)];
    sends[1].store();
    await settled();
    return [before, half, between, rows(), status(), end().textContent, told];
    """
    before, half, between, *after = run(SCENE + body)
    assert before == [["a", "b"], "Copying to the Mac’s disk", 1, "1 of 2"]
    assert half == ["25 %", 0.254]
    assert between == [["b"], "2 of 2", ["a", "b"]]
    assert after == [[], "2 files are on the Mac’s disk", "Close", ["changed"]]


def test_one_file_is_cancelled_while_it_is_sent_and_another_one_before(run: Run) -> None:
    body = """
    add("a", "b", "c");
    button(1).click();
    button(0).click();
    await settled();
    const left = [rows(), sends.map(({ name }) => name)];
    sends[1].store();
    await settled();
    return [left, status()];
    """
    assert run(SCENE + body) == [[["c"], ["a", "c"]], "c is on the Mac’s disk"]


def test_all_are_cancelled(run: Run) -> None:
    body = """
    add("a", "b", "c");
    end().click();
    await new Promise((done) => setTimeout(done, 20));
    return [rows(), sends.length, section.hidden, told];
    """
    assert run(SCENE + body) == [[], 1, True, ["changed"]]


def test_what_is_refused_stays_until_it_is_read(run: Run) -> None:
    body = """
    add("a", "b");
    sends[0].refuse(new Error("There is no room."));
    await settled();
    sends[1].store();
    await settled();
    const shown = [rows(), section.querySelector("[role=alert]").textContent, status(), button(0).ariaLabel];
    button(0).focus();
    button(0).click();
    return [shown, section.hidden, told];
    """
    shown = [["a"], "There is no room.", "Not copied: 1", "Remove from the list: a"]
    assert run(SCENE + body) == [shown, True, ["changed", "done"]]


def test_a_cut_line_is_said(run: Run) -> None:
    body = """
    add("a");
    sends[0].progress({ part: 0.5, cut: true });
    const cut = status();
    sends[0].progress({ part: 0.6, cut: false });
    return [cut, status()];
    """
    cut = "The line is cut. a goes on at 50 % when it is back."
    assert run(SCENE + body) == [cut, "Copying to the Mac’s disk"]


def test_the_next_button_gets_the_focus_of_one_that_goes(run: Run) -> None:
    body = """
    add("a", "b");
    button(0).focus();
    sends[0].store();
    await settled();
    const next = document.activeElement === button(0) && rows()[0] === "b";
    button(0).click();
    await settled();
    return [next, document.activeElement === end() || told.at(-1)];
    """
    assert run(SCENE + body) == [True, True]


def test_files_that_come_meanwhile_wait_for_their_turn(run: Run) -> None:
    body = """
    add("a");
    add("b");
    const waiting = sends.length;
    sends[0].store();
    await settled();
    sends[1].store();
    await settled();
    add("c");
    return [waiting, status(), rows()];
    """
    assert run(SCENE + body) == [1, "Copying to the Mac’s disk", ["c"]]


def test_another_list_has_texts_of_its_own(run: Run) -> None:
    body = """
    const texts = {
      id: "others", label: "Others", sending: "Sending",
      stored: (name) => `${name} sent`, storedMany: (n) => `${n} sent`,
    };
    const actions = { send: async ({ file }) => file.name, changed() {}, done() {} };
    const other = new UploadList(actions, texts);
    document.body.append(other.element);
    const said = other.element.querySelector("[role=status]");
    const seen = [];
    for (const names of [["a"], ["a", "b"]]) {
      other.add(names.map((name) => ({ file: new File([], name) })));
      seen.push(said.textContent);
      await new Promise((done) => setTimeout(done, 20));
      seen.push(said.textContent);
    }
    return [seen, other.element.id, other.element.ariaLabel];
    """
    assert run(SCENE + body) == [["Sending", "a sent", "Sending", "2 sent"], "others", "Others"]
