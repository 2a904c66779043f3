"""docs/roles.md, made from what routes and signaling messages declare: `scripts/roles` writes it."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

from moof.server.auth.roles import Permission, Role, RolePolicy
from moof.server.http.route_permissions import RoutePermissions
from moof.server.session.message_permissions import MESSAGE_PERMISSIONS

_HEAD: Final = """\
# Roles

Who may do what. `scripts/roles` writes this page from what the server's routes and messages declare
(`route_permissions.py`, `message_permissions.py`). A test compares them, and tries each route with each
role: by login session, by bearer token, expired, withdrawn, with nothing. A route without a declaration is
the owner's.

- **Owner**: opens the address that Moof prints, or needs no token ([deploy.md](deploy.md#access)).
- **Player**: plays. The Mac's switches (\\*) are the owner's alone with `--no-player-power`,
  and with `--floor request` or `queue` only the player's who has the mouse.
- **Viewer**: watches and listens, in a codec of their own choice.
- **Stranger**: has not signed in.
"""
_SWITCH: Final = "\\*"


def roles_page(routes: RoutePermissions) -> str:
    """Return the page in Markdown."""
    rows = [(f"`{each.method}`", f"`{each.path}`", each.permission) for each in routes.declared()]
    messages = [(f"`{_type(each)}`", permission) for each, permission in MESSAGE_PERMISSIONS.items()]
    lines = [
        "\n## Routes\n",
        "| method | path | owner | player | viewer | stranger |",
        "|---|---|---|---|---|---|",
        *(f"| {method} | {path} | {' | '.join(_marks(permission))} |" for method, path, permission in rows),
        "\n## Signaling messages of the page\n",
        "Of a viewer's input channel, pings and audio reports are processed; the rest is dropped.\n",
        "| message | owner | player | viewer |",
        "|---|---|---|---|",
        *(f"| {name} | {' | '.join([*_marks(permission)][:3])} |" for name, permission in messages),
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _type(message: type[Any]) -> str:
    """Return the `type` of a message's JSON."""
    return str(next(each.default for each in fields(message) if each.name == "type"))


def _marks(permission: Permission | None) -> Iterator[str]:
    """Yield a cell for each role, and for strangers."""
    policy = RolePolicy()
    for role in Role:
        allowed = permission is None or policy.allows(role, permission)
        switch = _SWITCH if permission is Permission.POWER and role is Role.PLAYER else ""
        yield f"yes{switch}" if allowed else "–"
    yield "yes" if permission is None else "–"
