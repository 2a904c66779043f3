import pytest

from moof.server.http.prefs_problems import prefs_problem
from moof.server.storage.prefs import ForbiddenPrefsError, PrefsError, PrefsValueError


@pytest.mark.parametrize(
    ("error", "status"),
    [(PrefsError("a"), 409), (PrefsValueError("a"), 422), (ForbiddenPrefsError("a"), 403)],
)
def test_status_says_whether_the_same_request_can_succeed_later(error: PrefsError, status: int) -> None:
    assert (prefs_problem(error).status_code, prefs_problem(error).detail) == (status, "a")
