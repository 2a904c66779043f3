"""`--open`: a real HTTP server as Moof, and a program in place of xdg-open that keeps its arguments."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.cli.page_opener import open_page, open_running_page


class Server(http.server.BaseHTTPRequestHandler):
    """Answers /api/me with `status`, as Moof does to those who need no token, and to strangers."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/api/me" else 404)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve, and return the page's address."""
    monkeypatch.setattr(Server, "status", 200)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, name="server")
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put a program xdg-open on the path; return the file that has its arguments."""
    program, file = tmp_path / "xdg-open", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\necho "$@" > "{file}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return file


def open_and_wait(url: str) -> None:
    open_page(url)
    for thread in threading.enumerate():
        if thread.name == "open-page":
            thread.join()


def test_page_is_opened_without_its_token(page: str, opened: Path) -> None:
    open_and_wait(f"{page}?token=secret")
    assert opened.read_text() == f"{page}\n"


def test_page_that_needs_its_token_is_not_opened(
    page: str, opened: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Server, "status", 401)
    open_and_wait(f"{page}?token=secret")
    assert not opened.exists()
    assert "needs its token" in capsys.readouterr().err


def test_without_a_program_that_opens_addresses_it_says_what_to_install(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    open_and_wait(page)
    assert "apt install xdg-utils" in " ".join(capsys.readouterr().err.split())


def test_page_of_a_moof_that_runs_already_is_opened(page: str, opened: Path) -> None:
    assert open_running_page(page)
    assert opened.read_text() == f"{page}\n"


def test_port_of_another_program_opens_nothing(
    page: str, opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "status", 404)
    assert not open_running_page(page)
    assert not opened.exists()
