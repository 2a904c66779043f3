from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_session_that_has_not_begun(run: Run) -> None:
    state = run('return (await load("connection/session-state.js")).initialState()')
    assert (state["signaling"], state["peer"], state["webRtcFailure"]) == ("idle", "new", None)
    assert not any(state[name] for name in ("serverSeen", "signedOut", "hasFrame", "viewOnly"))
