"""Compile (the first time ever) or load (afterwards) all kernels, one by one, to show the progress."""

from collections.abc import Callable, Iterator

from moof.media import depth, difference, i420, i444, png
from moof.media.kernel import KERNELS

# Importing a module enters its kernels in the list.
_MODULES = (depth, difference, i420, i444, png)


def kernels() -> Iterator[tuple[str, Callable[[], object]]]:
    """Each kernel's name, such as "png.index", and the call that makes it ready.

    Each kernel has one signature, named in its source; so nothing is compiled later, whatever the pictures.
    """
    for kernel in KERNELS:
        yield kernel.name, kernel.compile
