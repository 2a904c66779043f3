"""The "xpram" thread: looks once a minute whether settings changed, and saves them; and at the end."""

import logging
from collections.abc import Callable
from typing import Final

from moof.mac.threads import MacThread
from moof.mac.xpram import Xpram, XpramError

LOG = logging.getLogger(__name__)

INTERVAL: Final = 60.0  # seconds


class XpramSaver(MacThread):
    """Keeps `xpram`'s file up to date. A disk that refuses is reported and tried again a minute later."""

    def __init__(self, xpram: Xpram, on_failure: Callable[[], None]) -> None:
        super().__init__("xpram", on_failure)
        self._xpram = xpram

    def run(self) -> None:
        """Save every minute, and a last time when told to end."""
        while not self.ending:
            self.wakeup.wait(INTERVAL)
            self._save()

    def _save(self) -> None:
        try:
            self._xpram.save()
        except XpramError as error:
            LOG.warning("%s", error)
