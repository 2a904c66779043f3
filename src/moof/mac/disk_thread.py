"""The "disk" thread: does what the guest asks of its disk, so that the 68k never waits for the host's."""

from moof.mac.disk import Disk
from moof.mac.threads import MacThread, ThreadListener


class DiskThread(MacThread):
    """Performs the requests to `disk` one by one; at the end, those that wait."""

    def __init__(self, disk: Disk, listener: ThreadListener) -> None:
        super().__init__("disk", listener)
        self.wakeup = disk.wakeup
        self._disk = disk

    def run(self) -> None:
        """Perform what is asked, until the thread ends."""
        while not self.ending:
            self.wakeup.wait()
            self._disk.perform()
        self._disk.perform()  # also if the thread began only after `stop`
