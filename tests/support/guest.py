"""Takes the place of an emulator such as QEMU: what it asks of this machine, its guest could.

`guest.py FOLDER` sends a request to the URL in FOLDER/url, if there is one, and writes into FOLDER/answer the
HTTP status or the name of the error. Then it waits for the next one.
"""

import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def answer_to(url: str) -> str:
    """Return the status with which a server answers, or why there is none."""
    request = urllib.request.Request(url, headers={"Host": "127.0.0.1"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except urllib.error.URLError as error:
        return type(error.reason).__name__


def main(folder: Path) -> None:
    """Answer until it is ended."""
    question, unfinished = folder / "url", folder / "unfinished"
    while True:
        if question.exists():
            unfinished.write_text(answer_to(question.read_text()))
            question.unlink()
            unfinished.rename(folder / "answer")
        time.sleep(0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
