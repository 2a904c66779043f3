"""The limit of open files (RLIMIT_NOFILE, getrlimit(2))."""

import resource
from typing import Final

_WANTED: Final = 8192
"""Descriptors of a server with as many viewers as it may have; Linux gives a process 1,024 unless it asks."""


def raise_descriptor_limit(wanted: int = _WANTED) -> int:
    """Raise the soft limit of this process to `wanted`, or as far as the hard limit allows; return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
