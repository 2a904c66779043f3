"""ASGI middleware: a person whose browser navigates gets a page in place of a problem in JSON.

The pages are `sign-in.html` and `error.html` of moof/web/page, filled in here; they work without scripts.
"""

import html
import json
import re
from functools import cache
from http import HTTPStatus
from string import Template
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moof.server.http.external_sign_in import EXTERNAL_SIGN_IN, ExternalSignIn
from moof.server.http.problems import MEDIA_TYPE
from moof.web import page_root
from moof.web.texts import choose_language, text_table

SIGN_IN_PATH: Final = "/sign-in"
_MAX_DEPTH: Final = 20
_JSON_TYPES: Final = ("application/json", MEDIA_TYPE)
_WELCOME: Final = (
    "Open the link that you were given, or enter its token here. The server prints the owner’s at its start."
)
_COUNTED: Final = "This link works a limited number of times. Sign in with it now, and you have used it once."
_TITLES: Final = {
    400: "The request is not valid",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This address is for programs",
    409: "This is not possible now",
    426: "This address is for programs",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Not available now",
}
_NO_DETAIL: Final = {
    404: "No page of this Mac has this address.",
    405: "A browser cannot open it.",
}
"""Sentences in place of a detail that only repeats the status."""


class ErrorPages:
    """Turns problems (RFC 9457) into pages for clients that accept HTML, with the same status.

    If people sign in at another server, a stranger is sent there.
    """

    def __init__(self, app: ASGIApp, external: ExternalSignIn | None = None) -> None:
        self._app = app
        self._external = external

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] == "http" and prefers_html(Headers(scope=scope)):
            send = _ProblemSender(scope, receive, send, self._external).send
            scope = {**scope, EXTERNAL_SIGN_IN: self._external is not None}
        await self._app(scope, receive, send)


class _ProblemSender:
    """Sends an answer on; keeps that of a problem until it is whole, and sends a page in its place."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, external: ExternalSignIn | None) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._external = external
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        """Take the next part of the answer."""
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._start)

    async def _send_page(self, start: Message) -> None:
        if start["status"] == 401 and self._external is not None:
            await self._external.begin(self._scope)(self._scope, self._receive, self._send)
            return
        detail = json.loads(self._body)["detail"]
        page = _page(self._scope, start["status"], detail).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-type"] = "text/html; charset=utf-8"
        headers["content-length"] = str(len(page))
        headers["cache-control"] = "no-store"
        headers["vary"] = "accept, accept-language"
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": page})


def prefers_html(headers: Headers) -> bool:
    """Return whether HTML is what a client asks for by name, and not less than JSON (RFC 9110, 12.5.1).

    Browsers that navigate do; fetch() and most programs accept anything.
    """
    weights: dict[str, float] = {}
    for part in headers.get("accept", "").split(","):
        kind, *parameters = (each.strip().lower() for each in part.split(";"))
        weights[kind] = max(weights.get(kind, 0.0), _quality(parameters))
    wanted = weights.get("text/html", 0.0)
    return wanted > 0.0 and wanted >= max(weights.get(kind, 0.0) for kind in _JSON_TYPES)


def sign_in_page(scope: Scope, token: str = "") -> HTMLResponse:
    """Return the page on which a person signs in; with the token of a link it asks for a click alone."""
    headers = {"cache-control": "no-store", "vary": "accept-language"}
    return HTMLResponse(_sign_in(scope, "", token), headers=headers)


def page_for_people(
    name: str, scope: Scope, headers: dict[str, str], status: int = 200, **values: object
) -> HTMLResponse:
    """Return a page of moof/web/page with these values, in the client's language."""
    return HTMLResponse(_filled(name, scope, **values), status, {**headers, "vary": "accept-language"})


def _quality(parameters: list[str]) -> float:
    """Return the weight of an accepted type, 0 for one that is no number."""
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _is_problem(start: Message) -> bool:
    return Headers(raw=list(start.get("headers", ()))).get("content-type", "").startswith(MEDIA_TYPE)


def _page(scope: Scope, status: int, detail: str) -> str:
    """Return the page for a problem: the one to sign in on where that helps."""
    if _presents_token(scope):
        return _sign_in(scope, detail)
    if status == 401:
        return _sign_in(scope, "")
    phrase = HTTPStatus(status).phrase
    text = _NO_DETAIL.get(status, detail) if detail in (phrase, "") else detail
    return _filled("error.html", scope, title=_TITLES.get(status, phrase), text=text, status=status)


def _presents_token(scope: Scope) -> bool:
    """Return whether a request is an attempt to sign in, by the form or by a link."""
    by_link = scope["path"] == "/" and b"token=" in scope["query_string"]
    return by_link or (scope["path"] == SIGN_IN_PATH and scope["method"] == "POST")


def _sign_in(scope: Scope, error: str, token: str = "") -> str:
    text, invalid = _COUNTED if token else _WELCOME, str(error != "").lower()
    return _filled("sign-in.html", scope, text=text, error=error, invalid=invalid, token=token)


def _filled(name: str, scope: Scope, **values: object) -> str:
    """Return a page with these values, which are escaped, in the client's language."""
    language = choose_language(Headers(scope=scope).get("accept-language", ""))
    table = text_table(language)
    texts = {key: html.escape(table.get(str(value), str(value))) for key, value in values.items()}
    return _template(name, language).substitute(texts, root=_root(scope["path"]))


def _root(path: str) -> str:
    """Return the relative URL of the page's address: a proxy may have it below another path."""
    depth = path.count("/") - 1
    return "../" * depth or "./" if depth <= _MAX_DEPTH else "/"


@cache
def _template(name: str, language: str) -> Template:
    """Return a page whose own texts are in a language."""
    table = text_table(language)
    page = (page_root() / name).read_text("utf-8").replace('<html lang="en">', f'<html lang="{language}">', 1)
    return Template(re.sub(r">([^<>$]+)<", lambda text: f">{table.get(text[1], text[1])}<", page))
