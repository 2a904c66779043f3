from typing import get_args

from moof.server.auth.roles import Permission
from moof.server.protocol.messages import ClientMessage, Join, Restart
from moof.server.session.message_permissions import MESSAGE_PERMISSIONS, permission_of


def test_each_message_of_the_page_has_a_permission() -> None:
    assert set(MESSAGE_PERMISSIONS) == set(get_args(ClientMessage))


def test_permission_of_a_message() -> None:
    assert permission_of(Join()) is Permission.WATCH
    assert permission_of(Restart()) is Permission.POWER


def test_a_message_without_an_entry_is_the_owners() -> None:
    assert permission_of(object()) is Permission.MANAGE  # type: ignore[arg-type]
