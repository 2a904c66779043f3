"""Which files make one document, and under which names they are stored."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { copiesOf, storeCopy } = await load("ui/files/document-copy.js");
const { RequestError } = await load("connection/request-json.js");
const found = (folder, name) => ({ folder, file: new File([`${folder}/${name}`], name) });
const stored = {};
const api = { async store(name, content, { progress, replace = false }) {
  progress({ part: 0.5, cut: false });
  if (name in stored && !replace) throw new RequestError("There is already a file.", 409);
  progress({ part: 1, cut: false });
  stored[name] = await content.text();
} };
const signal = new AbortController().signal;
const store = async (...files) => {
  const names = [];
  for (const copy of copiesOf(files)) names.push(await storeCopy(api, copy, () => {}, signal));
  return names;
};
"""


def test_an_apple_double_file_belongs_to_the_file_of_its_folder(run: Run) -> None:
    body = """
    const files = [found("a", "._x"), found("a", "x"), found("b", "._x"), found("b", "y"), found("c", "x")];
    return copiesOf(files).map(({ file, resources }) => [file.name, resources?.name ?? null]);
    """
    assert run(SCENE + body) == [["x", "._x"], ["._x", None], ["y", None], ["x", None]]


def test_resources_go_to_the_copy_and_not_to_an_older_document_of_the_name(run: Run) -> None:
    body = """
    stored["x.txt"] = "older";
    const names = await store(found("a", "x.txt"), found("a", "._x.txt"));
    return [names, stored];
    """
    assert run(SCENE + body) == [
        ["x 2.txt"],
        {"x.txt": "older", "x 2.txt": "a/x.txt", "._x 2.txt": "a/._x.txt"},
    ]


def test_resources_replace_those_of_a_document_that_is_gone(run: Run) -> None:
    body = """
    stored["._x"] = "of a document that is gone";
    await store(found("", "x"), found("", "._x"));
    return stored["._x"];
    """
    assert run(SCENE + body) == "/._x"


def test_resources_alone_get_no_number(run: Run) -> None:
    body = """
    stored["._x"] = "there";
    return store(found("", "._x")).catch((error) => error.message);
    """
    assert run(SCENE + body) == "There is already a file."


def test_the_progress_is_that_of_both_files(run: Run) -> None:
    body = """
    const files = [new File(["123"], "x"), new File(["1"], "._x")];
    const [copy] = copiesOf(files.map((file) => ({ folder: "", file })));
    const parts = [];
    await storeCopy(api, copy, ({ part }) => parts.push(part), signal);
    return parts;
    """
    assert run(SCENE + body) == [0.375, 0.75, 0.875, 1]
