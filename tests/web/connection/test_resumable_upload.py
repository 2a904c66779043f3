"""Uploads that go on where the line was cut, against a stand-in of the server's routes in the page itself."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { ResumableUpload } = await load("connection/resumable-upload.js");
localStorage.removeItem("moof.uploads");
const server = { uploads: {}, requests: [], next: 0, cut: [], status: [] };
class Request extends EventTarget {
  upload = new EventTarget();
  status = 0;
  responseText = "";
  #headers = {};
  #answer = {};
  open(method, url) { [this.method, this.responseURL] = [method, new URL(url, location.href).href]; }
  setRequestHeader(name, value) { this.#headers[name] = value; }
  getResponseHeader(name) { return this.#answer[name] ?? null; }
  abort() { this.aborted = true; this.#end(0); }
  async send(body) {
    const text = body ? await body.text() : "";
    if (this.aborted) return;
    server.requests.push(this.method);
    server.before?.(this.method);
    const refusal = server.status.shift();
    if (refusal) { this.responseText = refusal[1]; return this.#end(refusal[0]); }
    const id = this.responseURL.split("/").at(-1);
    if (this.method === "POST") {
      server.uploads[`id${++server.next}`] = { text: "", length: Number(this.#headers["upload-length"]) };
      this.metadata = server.metadata = this.#headers["upload-metadata"];
      this.#answer = { location: `uploads/id${server.next}` };
      return this.#end(201);
    }
    const upload = server.uploads[id];
    if (!upload) return this.#end(404);
    if (this.method === "PATCH") {
      if (Number(this.#headers["upload-offset"]) !== upload.text.length) return this.#end(409);
      const part = server.cut.shift();
      upload.text += text.slice(0, part ?? text.length);
      this.upload.dispatchEvent(new ProgressEvent("progress", { loaded: part ?? text.length }));
      if (part !== undefined) return this.#end(0);
    }
    this.#answer = { "upload-offset": String(upload.text.length) };
    this.#end(204);
  }
  #end(status) {
    this.status = status;
    this.dispatchEvent(new Event("loadend"));
  }
}
const real = window.XMLHttpRequest;
window.XMLHttpRequest = Request;
const told = [];
const tell = (progress) => told.push(progress);
const file = new File(["0123456789"], "a", { lastModified: 5 });
const upload = (options = {}) =>
  new ResumableUpload("documents", "Grüße.txt", file, { progress: tell, delays: [0, 0], ...options });
const texts = () => Object.values(server.uploads).map(({ text }) => text);
const error = async (run) => await run.catch((error) => [error.message, error.status ?? null]);
"""


def test_a_file_is_sent_and_forgotten(run: Run) -> None:
    body = """
    await upload().run();
    window.XMLHttpRequest = real;
    return [texts(), server.requests, server.metadata, told, localStorage.getItem("moof.uploads")];
    """
    texts, requests, metadata, told, kept = run(SCENE + body)
    assert texts == ["0123456789"]
    assert requests == ["POST", "PATCH"]
    assert base64.b64decode(metadata.removeprefix("filename ")).decode() == "Grüße.txt"
    assert told == [{"part": 1, "cut": False}]
    assert kept == "{}"


def test_a_cut_line_costs_only_what_did_not_arrive(run: Run) -> None:
    body = """
    server.cut = [4, 3];
    await upload().run();
    window.XMLHttpRequest = real;
    return [texts(), server.requests, told.filter(({ cut }) => cut).length];
    """
    assert run(SCENE + body) == [["0123456789"], ["POST", "PATCH", "HEAD", "PATCH", "HEAD", "PATCH"], 2]


def test_a_file_that_has_changed_meanwhile_is_not_waited_for(run: Run) -> None:
    """Chromium ends the request as if the line were cut (ERR_UPLOAD_FILE_CHANGED)."""
    body = """
    const arrayBuffer = () => Promise.reject(new DOMException());
    const changed = { size: 10, slice: () => ({ text: async () => "0123", arrayBuffer }) };
    const removed = [];
    window.fetch = async (url, { method }) => { removed.push([method, url.split("/").at(-1)]); };
    server.cut = [4];
    const options = { progress: tell, delays: [0] };
    const failed = await error(new ResumableUpload("documents", "a", changed, options).run());
    window.XMLHttpRequest = real;
    const cuts = told.filter(({ cut }) => cut).length;
    return [failed[0], server.requests, removed, cuts, localStorage.getItem("moof.uploads")];
    """
    sentence = "The file has changed, or cannot be read any more. Copy it again."
    assert run(SCENE + body) == [sentence, ["POST", "PATCH"], [["DELETE", "id1"]], 0, "{}"]


def test_the_next_visit_goes_on_where_the_last_one_ended(run: Run) -> None:
    body = """
    server.cut = [4];
    server.before = (method) => { if (method === "HEAD") server.status = [[401, "{}"]]; };
    const ended = await error(upload().run());
    server.before = null;
    server.requests = [];
    await upload().run();
    window.XMLHttpRequest = real;
    return [ended[1], texts(), server.requests];
    """
    assert run(SCENE + body) == [401, ["0123456789"], ["HEAD", "PATCH"]]


def test_an_upload_that_the_server_no_longer_has_begins_anew(run: Run) -> None:
    body = """
    server.cut = [4];
    server.before = (method) => { if (method === "HEAD") delete server.uploads.id1; };
    await upload().run();
    window.XMLHttpRequest = real;
    return [texts(), server.requests];
    """
    assert run(SCENE + body) == [["0123456789"], ["POST", "PATCH", "HEAD", "POST", "PATCH"]]


@pytest.mark.parametrize(
    ("status", "answer", "message"),
    [
        (409, '{"detail": "There is already a file."}', "There is already a file."),
        (422, "<h1>", "HTTP status 422"),
    ],
)
def test_a_refusal_is_the_servers_sentence(run: Run, status: int, answer: str, message: str) -> None:
    body = f"""
    server.status = [[{status}, {answer!r}]];
    const refused = await error(upload().run());
    window.XMLHttpRequest = real;
    return refused;
    """
    assert run(SCENE + body) == [message, status]


def test_a_server_that_starts_again_is_waited_for(run: Run) -> None:
    body = """
    server.status = [null, [502, "<h1>Bad gateway"], [503, ""]];
    await upload().run();
    window.XMLHttpRequest = real;
    return [texts(), server.requests];
    """
    assert run(SCENE + body) == [["0123456789"], ["POST", "PATCH", "HEAD", "HEAD", "PATCH"]]


def test_an_upload_that_is_stopped_is_removed(run: Run) -> None:
    body = """
    const stop = new AbortController();
    server.cut = [4];
    server.before = (method) => { if (method === "HEAD") stop.abort(new Error("stopped")); };
    const removed = [];
    const fetched = window.fetch;
    window.fetch = async (url, { method }) => removed.push(`${method} ${new URL(url).pathname}`);
    const ended = await error(upload({ signal: stop.signal }).run());
    window.fetch = fetched;
    window.XMLHttpRequest = real;
    return [ended[0], removed, localStorage.getItem("moof.uploads")];
    """
    ended, removed, kept = run(SCENE + body)
    assert ended == "stopped"
    assert removed == ["DELETE /api/uploads/id1"]
    assert kept == "{}"
