"""The processor that machine code is made for, and LLVM as its compiler."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.util import MAGIC_NUMBER, find_spec
from pathlib import Path
from typing import Any, Final

_CPU_NAME: Final = "NUMBA_CPU_NAME"
"""numba's own variable: another processor than this one, such as "generic"."""
_CPU_FEATURES: Final = "NUMBA_CPU_FEATURES"
_COMPILERS: Final = ("numba", "llvmlite")
_CPU_FIELDS: Final = ("vendor_id", "cpu family", "model", "flags", "Features", "CPU implementer", "CPU part")


@cache
def environment_key() -> str:
    """Return what machine code depends on besides its source: compilers, Python, processor (as hexadecimals).

    Neither numba nor LLVM is imported for it, which would take longer than anything else here.
    """
    parts = (MAGIC_NUMBER, os.uname().machine, *_versions(), *_processor())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _versions() -> Iterator[str]:
    """Yield the names of the folders with the compilers' metadata, which have their versions."""
    for name in _COMPILERS:
        spec = find_spec(name)
        if spec is not None and spec.origin:
            yield from sorted(
                each.name for each in Path(spec.origin).parent.parent.glob(f"{name}-*.dist-info")
            )


def _processor() -> Iterator[str]:
    if chosen := os.environ.get(_CPU_NAME):
        yield from (chosen, os.environ.get(_CPU_FEATURES, ""))
        return
    with Path("/proc/cpuinfo").open() as file:  # the first processor: a machine may have hundreds
        for line in file:
            name, _, value = line.partition(":")
            if not name.strip():
                return
            if name.strip() in _CPU_FIELDS:
                yield value.strip()


def emit_object(module: Any) -> bytes:
    """Return an ELF object for LLVM's module (llvmlite.binding.ModuleRef), which runs at any address."""
    from llvmlite import binding

    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    name = os.environ.get(_CPU_NAME) or binding.get_host_cpu_name()
    features = os.environ.get(_CPU_FEATURES)
    if features is None:
        features = "" if _CPU_NAME in os.environ else binding.get_host_cpu_features().flatten()
    target = binding.Target.from_default_triple()
    machine = target.create_target_machine(cpu=name, features=features, opt=3, reloc="pic", codemodel="small")
    code: bytes = machine.emit_object(module)
    return code
