import pytest

from moof.mac import core_check
from moof.mac.core_check import check_layout
from moof.mac.musashi import Core, CpuError


def test_installed_core_has_the_expected_layout() -> None:
    check_layout(Core())


def test_check_can_be_repeated() -> None:
    core = Core()
    check_layout(core)
    check_layout(core)


def test_moved_register_raises_cpu_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_check, "A0", 10)
    with pytest.raises(CpuError, match=r"word 10 .*exact version"):
        check_layout(Core())


def test_other_context_size_raises_cpu_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_check, "CONTEXT_BYTES", 600)
    with pytest.raises(CpuError, match="its size is 0x250"):
        check_layout(Core())
