"""Limits a program's memory and processors without privileges (prlimit(2), sched_setaffinity(2))."""

import os
import resource
from dataclasses import dataclass

from moof.bridge.errors import BridgeError

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory_mb`: private writable memory of each of its processes. `cpus`: number of processors."""

    memory_mb: int | None = None
    cpus: int | None = None

    def apply(self, pid: int) -> None:
        """Limit a new process; processes that it starts inherit the limits. Raises BridgeError."""
        try:
            if self.memory_mb is not None:
                size = self.memory_mb * _MEGABYTE
                resource.prlimit(pid, resource.RLIMIT_DATA, (size, size))
            if self.cpus is not None:
                allowed = sorted(os.sched_getaffinity(0))
                os.sched_setaffinity(pid, allowed[-self.cpus :])
        except ProcessLookupError:
            pass  # it has ended already
        except OSError as error:
            raise BridgeError(f"the program cannot be limited: {error.strerror}") from error
