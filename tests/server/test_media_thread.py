import threading

from moof.server.media_thread import MediaThread
from moof.server.viewers import ViewerRegistry


class Waiting(MediaThread):
    """Counts its wake-ups."""

    def __init__(self, viewers: ViewerRegistry) -> None:
        super().__init__("waiting", viewers)
        self.woken = threading.Semaphore(0)

    def _run(self) -> None:
        while not self._stopping:
            if self._wakeup.wait(30):
                self.woken.release()


def test_the_registry_wakes_the_thread_and_stop_ends_it() -> None:
    viewers = ViewerRegistry()
    thread = Waiting(viewers)
    assert not thread.alive
    thread.start()
    assert thread.alive
    viewers.wake()
    assert thread.woken.acquire(timeout=30)
    thread.stop()
    assert not thread.alive
    viewers.wake()  # the closed wake-up is not signaled


def test_stop_without_start() -> None:
    thread = Waiting(ViewerRegistry())
    thread.stop()
    assert not thread.alive
