import os
from pathlib import Path

import pytest

from moof.server.config.file_privacy import (
    FilePrivacyError,
    check_writers,
    exposed_secrets,
    read_secret,
)

OTHER_USER = 65_534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text(" north\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_file_that_only_its_user_can_change_is_used(file: Path, mode: int) -> None:
    file.chmod(mode)
    check_writers(file, file.stat())
    check_writers(Path(os.devnull), Path(os.devnull).stat())


def test_file_that_others_can_change_is_refused(file: Path) -> None:
    file.chmod(0o602)
    with pytest.raises(FilePrivacyError, match="chmod go-w"):
        check_writers(file, file.stat())
    file.chmod(0o660)
    status = list(file.stat())
    status[5] += 1  # the group
    with pytest.raises(FilePrivacyError, match="chmod go-w"):
        check_writers(file, os.stat_result(status))


def test_secrets_of_settings_that_others_can_read_are_named(file: Path) -> None:
    values = {"ice_server": ["stun:a", "turn:me:word@b"], "codec": "png"}
    variables = ["SDL_VIDEODRIVER", "VNC_PASSWORD"]
    assert exposed_secrets(file, values, variables) == []
    file.chmod(0o640)
    assert exposed_secrets(file, values, variables) == ["ice_server", "VNC_PASSWORD"]
    assert exposed_secrets(file, {"ice_server": "stun:a"}, []) == []
    assert exposed_secrets(file, {"publish": "https://sfu.example/whip/secret"}, []) == ["publish"]
    assert exposed_secrets(file.with_name("none"), values, variables) == []


def test_secret_is_read_without_spaces(file: Path) -> None:
    assert read_secret(file) == "north"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o602])
def test_secret_that_others_can_read_or_change_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(FilePrivacyError, match="chmod 600"):
        read_secret(file)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no secret"),
        (b" \n", "no secret"),
        (b"x" * 5000, "no secret"),
        (b"\xff", "text"),
    ],
)
def test_file_without_a_secret_is_refused(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    with pytest.raises(FilePrivacyError, match=reason):
        read_secret(file)


def test_secret_of_another_user_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = os.stat_result([0o100600, 0, 0, 1, OTHER_USER, 0, 6, 0, 0, 0])
    monkeypatch.setattr(os, "fstat", lambda fd: status)
    with pytest.raises(FilePrivacyError, match="another user"):
        read_secret(file)
