import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
from moof.process import raise_descriptor_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
print(raise_descriptor_limit(500), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "result"), [(100, 1000, 500), (100, 200, 200), (700, 1000, 700), (200, 200, 200)]
)
def test_soft_limit_is_raised_as_far_as_the_hard_one_allows(soft: int, hard: int, result: int) -> None:
    command = [sys.executable, "-c", SCRIPT, str(soft), str(hard)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.split() == [str(result), str(result), str(hard)]
