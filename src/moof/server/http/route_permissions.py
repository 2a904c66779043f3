"""Which permission each route asks for: it is declared at the route, else it is the owner's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute
from starlette.types import Scope

from moof.server.auth.roles import Permission

_ATTRIBUTE: Final = "moof_permission"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[Endpoint], Endpoint]:
    """Return the decorator of a route's function that asks for a permission."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, permission)
        return endpoint

    return declare


def public(endpoint: Endpoint) -> Endpoint:
    """Decorate a route's function, or an application to mount, that strangers may use."""
    setattr(endpoint, _ATTRIBUTE, None)
    return endpoint


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """A route's method (or "WebSocket"), its path as it is declared, and its permission, None for public."""

    method: str
    path: str
    permission: Permission | None


class RoutePermissions:
    """The permissions of an application's routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = list(routes)
        self._by_path: dict[str, list[BaseRoute]] = {}
        for route in self._routes:
            self._by_path.setdefault(getattr(route, "path", ""), []).append(route)
        self._patterns = [each for each in self._routes if "{" in getattr(each, "path", "{")]
        self._patterns += [each for each in self._routes if isinstance(each, Mount)]

    def permission(self, scope: Scope) -> Permission | None:
        """Return what a request or WebSocket needs, None for nothing.

        The owner's permission is needed for a path that no route has: then no difference between this match
        and that of the application can let anybody else in.
        """
        if scope.get("method") == "HEAD":
            scope = {**scope, "method": "GET"}
        for route in (*self._by_path.get(scope["path"], ()), *self._patterns):
            if route.matches(scope)[0] is Match.FULL:
                return _declared(route)
        return Permission.MANAGE

    def declared(self) -> Iterator[DeclaredRoute]:
        """Yield all routes, one for each method, in the order in which they were declared."""
        for route in self._routes:
            for method in _methods(route):
                yield DeclaredRoute(method, _path(route), _declared(route))


def _declared(route: BaseRoute) -> Permission | None:
    target = route.app if isinstance(route, Mount) else getattr(route, "endpoint", None)
    permission: Permission | None = getattr(target, _ATTRIBUTE, Permission.MANAGE)
    return permission


def _methods(route: BaseRoute) -> list[str]:
    if isinstance(route, WebSocketRoute):
        return ["WebSocket"]
    return sorted((route.methods or set()) - {"HEAD"}) if isinstance(route, Route) else ["GET"]


def _path(route: BaseRoute) -> str:
    path = str(getattr(route, "path", ""))
    return f"{path}/…" if isinstance(route, Mount) else path
