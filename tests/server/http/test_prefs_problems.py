import json
from pathlib import Path

import pytest

from moof.preference_rules import parse_rules
from moof.server.http.prefs_problems import prefs_problem
from moof.server.http.problems import problem
from moof.server.storage.prefs import ForbiddenPrefsError, PrefsError, PrefsFile, PrefsValueError


@pytest.mark.parametrize(
    ("error", "status"),
    [(PrefsError("a"), 409), (PrefsValueError("a"), 422), (ForbiddenPrefsError("a"), 403)],
)
def test_status_says_whether_the_same_request_can_succeed_later(error: PrefsError, status: int) -> None:
    assert (prefs_problem(error).status_code, prefs_problem(error).detail) == (status, "a")


def test_a_refused_image_keeps_its_name_beside_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "cd.iso").write_bytes(bytes(0x8001) + b"CD001" + bytes(400 << 10))
    prefs = PrefsFile(tmp_path / "prefs", parse_rules({"disk": "paths disks"}), {"disks": tmp_path})
    with pytest.raises(PrefsValueError) as refused:
        prefs.change(None, {"disk": ["cd.iso"]})
    answer = prefs_problem(refused.value)
    body = json.loads(bytes(problem(answer.status_code, answer.detail).body))
    assert body["detail"] == "cd.iso: This is a CD image (ISO 9660). It is a CD, not a disk."
    assert body["sentence"] == "{file}: {what}"
    assert body["values"]["file"] == "cd.iso"
    assert body["values"]["what"]["sentence"] == "{what} It is a CD, not a disk."
