"""The HTTP statuses of what a preferences file refuses."""

from starlette.exceptions import HTTPException

from moof.sentence import said_by
from moof.server.storage.prefs import ForbiddenPrefsError, PrefsError, PrefsValueError


def prefs_problem(error: PrefsError) -> HTTPException:
    """Return the answer: 403 for a name without a rule, 422 for a value, 409 for what may change."""
    match error:
        case ForbiddenPrefsError():
            status = 403
        case PrefsValueError():
            status = 422
        case _:
            status = 409
    return HTTPException(status, said_by(error))
