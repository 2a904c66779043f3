"""ASGI middleware: of several schemes in X-Forwarded-Proto, leaves the one by which the client came.

Each proxy of a chain may append its own to what it received, as it does with the address in X-Forwarded-For.
What stands before a trusted proxy's own value is its client's word, and counts only if that is a trusted
proxy, too.
"""

import ipaddress
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_SCHEME: Final = b"x-forwarded-proto"
_MAX_VALUES: Final = 16


class ForwardedSchemeMiddleware:
    """Stands before uvicorn's ProxyHeadersMiddleware, which ignores a list and knows whom to trust."""

    def __init__(self, app: ASGIApp, proxies: Collection[str]) -> None:
        """`proxies` are addresses and networks of trusted proxies."""
        self._app = app
        self._proxies = [ipaddress.ip_network(each) for each in proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] in ("http", "websocket") and any(name == _SCHEME for name, _ in scope["headers"]):
            scope = {**scope, "headers": self._with_one_scheme(scope)}
        await self._app(scope, receive, send)

    def _with_one_scheme(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        headers = Headers(scope=scope)
        schemes = _values(headers.getlist("x-forwarded-proto"))
        addresses = _values(headers.getlist("x-forwarded-for"))
        passed = 0
        while passed < len(addresses) - 1 and self._is_proxy(addresses[-1 - passed]):
            passed += 1
        chosen = schemes[-1 - min(passed, len(schemes) - 1)].lower().encode("latin-1")
        return [*((name, value) for name, value in scope["headers"] if name != _SCHEME), (_SCHEME, chosen)]

    def _is_proxy(self, address: str) -> bool:
        try:
            return any(ipaddress.ip_address(address) in each for each in self._proxies)
        except ValueError:
            return False


def _values(lines: list[str]) -> list[str]:
    """Return the last values of a header's lines, at least one."""
    return [each.strip() for each in ",".join(lines).rsplit(",", _MAX_VALUES)][-_MAX_VALUES:]
