"""Runs files of tests once more, alone, when a few of their tests failed beside others.

`scripts/test` starts it after the whole suite. The whole files run: their tests share a Mac, and one goes
on from what the one before it has done. A fault fails both times. What passes alone depends on how the
scheduler interleaved browsers, emulators and threads; it is named in the output and has to be made robust.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

MAX_SECOND_ATTEMPTS: Final = 4
"""With more failures than that the cause is not the interleaving."""
LAST_FAILED: Final = Path(".pytest_cache/v/cache/lastfailed")


def second_attempts(failed: list[str]) -> list[str]:
    """Return the files to run again: those of all that failed, or none.

    Args:
        failed: pytest's node IDs, relative to the root of the repository.
    """
    return sorted({test.split("::", 1)[0] for test in failed}) if len(failed) <= MAX_SECOND_ATTEMPTS else []


def failed_tests(cache: Path) -> list[str]:
    """Return the node IDs in pytest's file of failed tests.

    Raises:
        OSError: there is no such file.
        ValueError: it is no JSON object.
    """
    failed = json.loads(cache.read_bytes())
    if not isinstance(failed, dict):
        raise ValueError(f"{cache} is no table of tests")
    return list(failed)


def main(first_status: int) -> int:
    """Run the failed tests again and return the status of the suite: 0 if all of them passed now."""
    try:
        failed = failed_tests(LAST_FAILED)
        files = second_attempts(failed) if first_status == 1 else []
    except (OSError, ValueError) as error:
        print(f"No second attempt: {error}", flush=True)
        return first_status
    if not files:
        return first_status
    print(f"Run again, alone: the files of {len(failed)} tests that failed beside others", flush=True)
    status = subprocess.run([sys.executable, "-m", "pytest", "-q", *files], check=False).returncode
    if status == 0:
        print("Passed only in the second attempt (see above why the first one failed; make them robust):")
        print("\n".join(f"    {test}" for test in sorted(failed)), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
