"""What a program may use at most, by the kernel's own means that need no privilege (prlimit(2), affinity)."""

import os
import resource
from dataclasses import dataclass

from moof.bridge.errors import BridgeError

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory_mb`: private writable memory of each of its processes. `cpus`: how many it may run on."""

    memory_mb: int | None = None
    cpus: int | None = None

    def apply(self, pid: int) -> None:
        """Limit a process that has just been started; what it starts inherits that. Raises BridgeError."""
        try:
            if self.memory_mb is not None:
                size = self.memory_mb * _MEGABYTE
                resource.prlimit(pid, resource.RLIMIT_DATA, (size, size))
            if self.cpus is not None:
                allowed = sorted(os.sched_getaffinity(0))
                os.sched_setaffinity(pid, allowed[-self.cpus :])
        except ProcessLookupError:
            pass  # it has ended already, for reasons of its own
        except OSError as error:
            raise BridgeError(f"the program cannot be limited: {error.strerror}") from error
