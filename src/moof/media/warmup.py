"""Compiles (the first time ever) or loads (later) all kernels, one by one, so that progress can be shown."""

from collections.abc import Callable, Iterator

from moof.media import changed_blocks, depth, difference, i420, i444, png
from moof.media.kernel import KERNELS

# Importing a module adds its kernels to the list.
_MODULES = (changed_blocks, depth, difference, i420, i444, png)


def kernels() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield each kernel's name, such as "png.index", and the function that compiles it.

    Each kernel has one signature, stated in its source, so that nothing is compiled later.
    """
    for kernel in KERNELS:
        yield kernel.name, kernel.compile


def report_compiling() -> None:
    """Make all kernels ready and print a line before each: its number, their count, its name."""
    found = list(kernels())
    for number, (name, make_ready) in enumerate(found, start=1):
        print(f"{number} of {len(found)}: {name}", flush=True)
        make_ready()


def make_kernels_ready() -> None:
    """Compile or load all kernels, so that no picture waits for them."""
    for _, make_ready in kernels():
        make_ready()
