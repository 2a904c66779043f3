"""The thread of the disk."""

import struct
from pathlib import Path

from moof.mac.disk_thread import DiskThread
from moof.mac.documents_folder import DocumentsFolder
from moof.mac.file_requests import FileOperation
from moof.mac.headless import HeadlessMac
from moof.mac.threads import ThreadListener


class Listener(ThreadListener):
    """Notes a failure."""

    failed = False

    def thread_failed(self) -> None:
        self.failed = True


def test_what_is_asked_is_done_on_the_thread_and_at_its_end(probe_image: bytes, tmp_path: Path) -> None:
    with HeadlessMac(probe_image, documents=DocumentsFolder(tmp_path)) as mac:
        block = struct.pack(
            ">HHIII4s4s32s32s", FileOperation.WRITE, 0, 0, 0, 0, b"TEXT", b"ttxt", b"\1a", b""
        )
        mac.memory.write_bytes(0x5000, block)
        listener = Listener()
        thread = DiskThread(mac.board.disk, listener)
        mac.board.disk.submit(0x5000)
        thread.start()
        thread.stop()
        assert mac.board.disk.result()[0] == 0
        assert (tmp_path / "a").exists()
        assert not listener.failed
