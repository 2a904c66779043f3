import pytest

from moof.mac import core_check
from moof.mac.core_check import check_layout
from moof.mac.musashi import Core, CpuError


def test_the_installed_core_is_the_expected_one() -> None:
    check_layout(Core())


def test_it_can_be_checked_again_and_again() -> None:
    core = Core()
    check_layout(core)
    check_layout(core)


def test_a_moved_register_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_check, "A0", 10)
    with pytest.raises(CpuError, match=r"word 10 .*exact version"):
        check_layout(Core())


def test_another_size_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_check, "CONTEXT_BYTES", 600)
    with pytest.raises(CpuError, match="its size is 0x250"):
        check_layout(Core())
