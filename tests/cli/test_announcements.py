"""What commands print when the server listens; that a page is opened is in test_page_opener.py."""

import pytest

from moof.cli.announcements import announce_to_hub, announcement
from moof.cli.serverflags import ServerFlags

URL = "http://127.0.0.1:8080/user/ada/?token=secret"


def test_the_page_has_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    announcement(ServerFlags())(URL)
    assert capsys.readouterr().out.splitlines() == [f"Open {URL}"]


def test_visitors_of_a_kiosk_need_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    announcement(ServerFlags(kiosk="Museum"))(URL)
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [f"Open {URL}"]
    assert "For visitors: http://127.0.0.1:8080/user/ada/ " in printed.err


def test_a_hubs_log_gets_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    announce_to_hub(URL)
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["JupyterHub's users open this Mac below /user/ada/"]
    assert "secret" not in printed.out + printed.err
