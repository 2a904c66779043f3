"""Distributes tests to the worker processes of pytest-xdist by whole files."""

from xdist.scheduler import LoadFileScheduling

ONE_AT_A_TIME = "tests/e2e"


class FileScheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps the tests of a file in one worker, and all of tests/e2e.

    The tests of a file share a browser and a Mac, which start slowly. An end-to-end test keeps one core busy:
    two at once would leave too little for the threads with real-time priority.
    """

    def _split_scope(self, nodeid: str) -> str:
        return ONE_AT_A_TIME if nodeid.startswith(f"{ONE_AT_A_TIME}/") else str(super()._split_scope(nodeid))
