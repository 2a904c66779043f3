import ctypes
import importlib.util

import pytest

from moof.mac.cpu import Cpu
from moof.mac.memory import BLOCK_BYTES, GuestMemory
from moof.mac.musashi import CPU_TYPE, CPU_TYPE_68020, EMUL_OPS, Core, CpuError


def test_emul_ops_are_moveq_with_bit_8_set() -> None:
    assert all(opcode >> 12 == 7 and opcode & 0x100 for opcode in EMUL_OPS)


def test_attached_memory_is_zeroed_and_the_model_set() -> None:
    core = Core()
    memory = ctypes.create_string_buffer(b"\xff" * 0x1_0000, 0x1_0000)
    core.attach(ctypes.addressof(memory), 0x1_0000)
    assert memory.raw == bytes(0x1_0000)
    assert core.words[CPU_TYPE] == CPU_TYPE_68020
    core.free_memory()


def test_block_is_a_multiple_of_the_cores_page_size() -> None:
    assert BLOCK_BYTES % 0x1_0000 == 0


def test_missing_package_raises_cpu_error(memory: GuestMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(CpuError, match="install machine68k-amifuse"):
            Cpu(memory)
    Cpu(memory).close()
