import subprocess
import sys

import pytest

from moof.machine_code import environment_key
from moof.machine_code.processor import _processor


def test_the_key_is_that_of_other_processes_and_needs_no_compiler() -> None:
    script = (
        "import sys; from moof.machine_code import environment_key as key; "
        "print(key(), *{'numba', 'llvmlite'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == [environment_key()]


def test_another_processor_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [*_processor()]
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    assert own != [*_processor()] == ["generic", ""]
