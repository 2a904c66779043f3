"""Distributes tests to the worker processes of pytest-xdist by whole files."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

END_TO_END: Final = "tests/e2e/"
MAX_END_TO_END: Final = 2
LONG: Final = (
    "tests/bridge/test_many_bridges.py",
    "tests/server/http/test_control_api.py",
    "tests/test_wheel.py",
    "tests/support/test_second_attempt.py",
)
"""Files with few tests that take long. xdist puts files with many tests first, and these last, when the other
workers have nothing left to do."""


class FileScheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps the tests of a file in one worker: they share a browser and a Mac, which start slowly.

    Files of tests/e2e come first, at most `MAX_END_TO_END` at once while there are others: each keeps about
    one core busy, and more would leave too little for the threads with real-time priority. Then come those of
    `LONG`.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        others = [scopes for worker, scopes in self.assigned_work.items() if worker is not node]
        running = sum(any(map(self._is_unfinished_end_to_end, scopes.items())) for scopes in others)
        wanted = running < MAX_END_TO_END
        found = [scope for scope in self.workqueue if scope.startswith(END_TO_END) is wanted]
        found = found or list(self.workqueue)
        self.workqueue.move_to_end(next(filter(LONG.__contains__, found), found[0]), last=False)
        super()._assign_work_unit(node)

    def _is_unfinished_end_to_end(self, unit: tuple[str, dict[str, bool]]) -> bool:
        scope, tests = unit
        return scope.startswith(END_TO_END) and not all(tests.values())
