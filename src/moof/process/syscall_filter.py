"""The filter of system calls in a sandbox: a seccomp program, made by the system's libseccomp (seccomp(2)).

The calls are those that Flatpak refuses its programs (flatpak's common/flatpak-run.c), and a few newer ones
with a record of holes. PyPI has no maintained binding of libseccomp; the five functions are called by ctypes.
"""

import ctypes
import errno
import logging
import os
import platform
from ctypes import c_int, c_uint, c_uint32, c_uint64, c_void_p
from functools import cache
from typing import Final

LOG: Final = logging.getLogger(__name__)

_LIBRARY: Final = "libseccomp.so.2"
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_EQUAL, _AT_LEAST, _MASKED_EQUAL = 4, 5, 7
_CLONE_NEWUSER: Final = 0x10000000
_TERMINAL_INPUT: Final = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_FAMILIES: Final = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
_SAME_KERNEL_32_BIT: Final = {"x86_64": 0x40000003, "aarch64": 0x40000028}  # AUDIT_ARCH_I386, _ARM
REFUSED: Final = (
    *("acct", "add_key", "bpf", "chroot", "kexec_file_load", "kexec_load", "keyctl", "modify_ldt", "mount"),
    *("move_pages", "name_to_handle_at", "open_by_handle_at", "perf_event_open", "pivot_root"),
    *("process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "quotactl_fd", "request_key", "setns"),
    *("swapoff", "swapon", "syslog", "umount", "umount2", "unshare", "uselib", "userfaultfd", "vhangup"),
)
"""Calls that fail with EPERM."""
ABSENT: Final = (
    *("clone3", "fsconfig", "fsmount", "fsopen", "fspick", "io_uring_enter", "io_uring_register"),
    *("io_uring_setup", "mount_setattr", "move_mount", "open_tree"),
)
"""Calls that fail with ENOSYS: programs then use older ones, whose arguments a filter can read."""


class _ArgumentTest(ctypes.Structure):
    """struct scmp_arg_cmp."""

    _fields_ = (("argument", c_uint), ("operator", c_int), ("first", c_uint64), ("second", c_uint64))


@cache
def compiled_filter() -> bytes | None:
    """Return the filter as a BPF program, None where the library is missing or too old for this kernel."""
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.seccomp_init.restype = c_void_p
    filter_context = library.seccomp_init(c_uint32(_ALLOW))
    if not filter_context:
        return None
    rules = _Rules(library, c_void_p(filter_context))
    try:
        rules.add_all()
        return rules.compiled()
    except OSError as error:
        LOG.warning("The filter of system calls cannot be made: %s", error)
        return None
    finally:
        library.seccomp_release(c_void_p(filter_context))


class _Rules:
    """The rules of one filter context of libseccomp."""

    def __init__(self, library: ctypes.CDLL, context: c_void_p) -> None:
        self._library, self._context = library, context

    def add_all(self) -> None:
        """Add every rule; those for 32-bit programs, too, where the kernel runs them. Raises OSError."""
        other = _SAME_KERNEL_32_BIT.get(platform.machine())
        if other is not None:
            self._check(self._library.seccomp_arch_add(self._context, c_uint32(other)))
        for number, names in ((errno.EPERM, REFUSED), (errno.ENOSYS, ABSENT)):
            for name in names:
                self._refuse(name, number)
        self._refuse("clone", errno.EPERM, _ArgumentTest(0, _MASKED_EQUAL, _CLONE_NEWUSER, _CLONE_NEWUSER))
        for request in _TERMINAL_INPUT:
            self._refuse("ioctl", errno.EPERM, _ArgumentTest(1, _MASKED_EQUAL, 0xFFFFFFFF, request))
        # A virtual machine's AF_VSOCK, Bluetooth and others are not separated by network namespaces.
        for family in range(max(_FAMILIES) + 1):
            if family not in _FAMILIES:
                self._refuse("socket", errno.EAFNOSUPPORT, _ArgumentTest(0, _EQUAL, family, 0))
        above = _ArgumentTest(0, _AT_LEAST, max(_FAMILIES) + 1, 0)
        self._refuse("socket", errno.EAFNOSUPPORT, above)

    def compiled(self) -> bytes:
        """Return the program. Raises OSError."""
        descriptor = os.memfd_create("filter")
        try:
            self._check(self._library.seccomp_export_bpf(self._context, descriptor))
            return os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        finally:
            os.close(descriptor)

    def _refuse(self, name: str, number: int, *comparisons: _ArgumentTest) -> None:
        call = self._library.seccomp_syscall_resolve_name(name.encode())
        if call == -1:  # newer than the library
            return
        array = (_ArgumentTest * len(comparisons))(*comparisons)
        action = c_uint32(_ERRNO | number)
        self._check(
            self._library.seccomp_rule_add_array(self._context, action, call, len(comparisons), array)
        )

    @staticmethod
    def _check(result: int) -> None:
        if result < 0:
            raise OSError(-result, os.strerror(-result))


def filter_descriptor(program: bytes) -> int:
    """Return a new descriptor of a file in memory that holds the filter, at its beginning."""
    descriptor = os.memfd_create("filter", 0)
    os.write(descriptor, program)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
