"""A SIGBUS handler for mapped segments: a truncated file reads as zeros instead of killing the process.

The other process of a connection may truncate the segment's file while we access it. Accessing a page
beyond the end of the file raises SIGBUS, and no check beforehand can rule that out. The handler maps
anonymous memory (zeros) over the segment, marks the segment as lost and returns, so that the interrupted
load completes. Faults outside of segments are passed to the previous handler. Wayland's library guards its
clients' buffers in the same way. For the owner of a segment the handler instead reserves the file's memory
again (fallocate), which makes the mapping valid for both processes.

Why against a process of the same user, which could as well send us SIGKILL: a malicious process is not the
case in mind. The other process may be any version of any emulator or server, in C++ or of one's own
writing; a mistake in it, such as a segment created with O_TRUNC twice, must not end ours. The server must
then drop that emulator and go on serving its viewers, and an emulator must keep its guest running when a
server misbehaves. Copying every frame with read(2) would avoid the signal, too, but costs a system call and
a copy of up to 8 MB for each frame.

Why LLVM IR: a handler must run before the faulting instruction is executed again. Python's signal handlers
run later, between bytecode instructions, so the process would fault for ever. A ctypes callback would enter
the interpreter and wait for the GIL, neither of which is async-signal-safe. A C extension would need a
compiler at installation. The 40 lines of IR are compiled once by llvmlite, which is installed for the pixel
kernels anyway, and kept as they are (moof.machine_code). Reading shared memory costs nothing extra.
"""

from __future__ import annotations

import ctypes
import mmap
import signal
import threading
from typing import Final

from moof.machine_code import CodeImage, Executable, cached_code, emit_object, link

SEGMENTS: Final = 16
"""Segments that can be guarded at the same time; a server maps one, or two while it reconnects."""
_ROW: Final = 4  # start, length, lost, the owner's descriptor + 1: u64 each

_HANDLER: Final = """
@table = external global i64
@previous = external global i8
declare i32 @fallocate64(i32, i32, i64, i64)
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
declare i32 @sigaction(i32, ptr, ptr)
define void @on_bus_error(i32 %signal, ptr %info, ptr %context) {{
entry:
  %field = getelementptr i64, ptr %info, i64 2      ; siginfo_t.si_addr
  %address = load i64, ptr %field
  br label %next
next:
  %row = phi i64 [ 0, %entry ], [ %following, %elsewhere ]
  %more = icmp ult i64 %row, {segments}
  br i1 %more, label %compare, label %not_ours
compare:
  %offset = mul i64 %row, 4
  %start_at = getelementptr i64, ptr @table, i64 %offset
  %start = load volatile i64, ptr %start_at
  %length_at = getelementptr i64, ptr %start_at, i64 1
  %length = load volatile i64, ptr %length_at
  %distance = sub i64 %address, %start
  %inside = icmp ult i64 %distance, %length
  br i1 %inside, label %ours, label %elsewhere
elsewhere:
  %following = add i64 %row, 1
  br label %next
ours:
  %owner_at = getelementptr i64, ptr %start_at, i64 3
  %owner = load volatile i64, ptr %owner_at
  %owned = icmp ne i64 %owner, 0
  br i1 %owned, label %restore, label %replace
restore:
  %descriptor = sub i64 %owner, 1
  %fd = trunc i64 %descriptor to i32
  %refused = call i32 @fallocate64(i32 %fd, i32 0, i64 0, i64 %length)
  %restored = icmp eq i32 %refused, 0
  br i1 %restored, label %done, label %replace
replace:
  %lost_at = getelementptr i64, ptr %start_at, i64 2
  store volatile i64 1, ptr %lost_at
  %wanted = inttoptr i64 %start to ptr
  %mapped = call ptr @mmap(ptr %wanted, i64 %length, i32 {protection}, i32 {flags}, i32 -1, i64 0)
  %failed = icmp ne ptr %mapped, %wanted
  br i1 %failed, label %not_ours, label %done
not_ours:
  %ignored = call i32 @sigaction(i32 %signal, ptr @previous, ptr null)
  br label %done
done:
  ret void
}}
"""


class _Action(ctypes.Structure):
    """struct sigaction of glibc and musl on x86-64 and AArch64."""

    _fields_ = (
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_ubyte * 128),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


_SA_SIGINFO: Final = 4
_MAP_FIXED: Final = 0x10
_MAP_NORESERVE: Final = 0x4000

_table = (ctypes.c_uint64 * (SEGMENTS * _ROW))()
_previous = _Action()
_lock = threading.Lock()
_loaded: list[Executable] = []  # owns the handler's code, which must exist as long as the process does


def install() -> None:
    """Install the handler in this process, for all segments mapped from now on; further calls do nothing."""
    with _lock:
        if _loaded:
            return
        handler = Executable(
            handler_code(),
            {"table": ctypes.addressof(_table), "previous": ctypes.addressof(_previous)},
        )
        _loaded.append(handler)
        action = _Action(handler=handler.entry, flags=_SA_SIGINFO)
        if ctypes.CDLL(None).sigaction(signal.SIGBUS, ctypes.byref(action), ctypes.byref(_previous)):
            raise OSError("SIGBUS cannot be handled")  # the kernel refuses invalid signal numbers only


def watch(start: int, length: int) -> int | None:
    """Guard `length` bytes at address `start`; return their row in the table, None if it is full."""
    with _lock:
        for row in range(SEGMENTS):
            if not _table[row * _ROW + 1]:
                _table[row * _ROW], _table[row * _ROW + 2], _table[row * _ROW + 3] = start, 0, 0
                _table[row * _ROW + 1] = length  # last: it makes the row valid
                return row
    return None


def own(row: int | None, fd: int) -> None:
    """Mark the bytes as a file that this process owns: on SIGBUS it is restored by `fd`."""
    if row is not None:
        _table[row * _ROW + 3] = fd + 1


def disown(row: int | None) -> None:
    """Forget the descriptor of `own`, which is about to be closed."""
    if row is not None:
        _table[row * _ROW + 3] = 0


def lost(row: int | None) -> bool:
    """Return whether the mapping was replaced; all of its bytes read as zeros then."""
    return row is not None and bool(_table[row * _ROW + 2])


def forget(row: int | None) -> None:
    """Remove the row from the table, before the bytes are unmapped."""
    if row is not None:
        _table[row * _ROW + 1] = 0


def handler_code() -> CodeImage:
    """Return the handler's machine code, compiled if this machine has none yet."""
    text = _HANDLER.format(
        segments=SEGMENTS,
        protection=mmap.PROT_READ | mmap.PROT_WRITE,
        flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_FIXED | _MAP_NORESERVE,
    )
    return cached_code("busguard", text, lambda: _compile(text))


def _compile(text: str) -> CodeImage:
    from llvmlite import binding

    return link(emit_object(binding.parse_assembly(text)), "on_bus_error")
