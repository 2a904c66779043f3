"""Machine code that is compiled once, kept in a file, and run without its compiler.

numba and LLVM take a third of a second and 80 MB in each process that imports them. Here they are imported by
the first process that needs some code; the others load the result: a few kilobytes.
"""

from moof.machine_code.code_cache import cached_code, has_cached_code
from moof.machine_code.code_image import CodeImage, UnusableCodeError
from moof.machine_code.executable import Executable
from moof.machine_code.object_linker import link
from moof.machine_code.processor import emit_object, environment_key
from moof.machine_code.relocations import LinkError

__all__ = [
    "CodeImage",
    "Executable",
    "LinkError",
    "UnusableCodeError",
    "cached_code",
    "emit_object",
    "environment_key",
    "has_cached_code",
    "link",
]
