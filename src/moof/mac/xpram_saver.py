"""The "xpram" thread: saves changed settings once a minute and at the end."""

import logging
from typing import Final

from moof.mac.threads import MacThread, ThreadListener
from moof.mac.xpram import Xpram, XpramError

LOG: Final = logging.getLogger(__name__)

INTERVAL: Final = 60.0  # seconds


class XpramSaver(MacThread):
    """Saves `xpram` to its file. A failed save is logged and tried again a minute later."""

    def __init__(self, xpram: Xpram, listener: ThreadListener) -> None:
        super().__init__("xpram", listener)
        self._xpram = xpram

    def run(self) -> None:
        """Save every minute, and a last time when the thread ends."""
        while not self.ending:
            self.wakeup.wait(INTERVAL)
            if not self.ending:
                self._save()
        self._save()  # also if the thread began only after `stop`

    def _save(self) -> None:
        try:
            self._xpram.save()
        except XpramError as error:
            LOG.warning("%s", error)
