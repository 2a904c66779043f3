"""The built-in Mac: a small 68020 machine that stands behind IPC v4 like any other emulator.

What is in the box, and the file that knows it:

========== ==========================================================================================
CPU        a 68020 without FPU: ``cpu``, made of Musashi (``musashi``, ``layout``); its way out: ``emulops``
memory     RAM at 0, ROM at 0x0400_0000, framebuffer at 0x0420_0000, all big endian: ``memory``, ``rom``
interrupts one level-1 autovector with eight flags behind it: ``interrupts``; 60.15 Hz: ``tickclock``
input      ADB keyboard and mouse: ``adb``; how old mouse moves are when they arrive: ``latency``
picture    six sizes, six depths, a colour table: ``video``; the same as the server shall see it: ``screen``
sound      one source that is asked for samples and never pushes them: ``audio``
settings   256 bytes of XPRAM in a file: ``xpram``
========== ==========================================================================================

``board`` wires those together without any thread. Around it stand two drivers. ``headless`` runs it step by
step, for tests and for whoever writes a ROM. ``machine`` gives it the contract's other end and its threads
(`moof emulator`): ``processor`` (68k), ``refresh`` (video-refresh), ``ticker`` (tick), ``player`` (audio),
``control`` (control-socket) and ``watchdog`` (xpram). docs/guest.md describes the machine as 68k code sees
it.

Importing this package imports none of its parts: a command line can name the room without paying for it.
"""

__all__: list[str] = []
