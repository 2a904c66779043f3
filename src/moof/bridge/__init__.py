"""The bridge: an emulator that knows nothing of Moof, unmodified, behind IPC v4 like any other.

The program gets a display and a sound server of its own, and cannot tell them from a desktop's:

========= ===========================================================================================
display   an Xvfb whose framebuffer we map: ``xvfb``, ``xauthority``, ``framebuffer``; our own client on
          it, which hears of changes, windows and the cursor: ``screen``, ``windows``, ``cursor``
picture   what changed, exactly, at most sixty times a second: ``picture``, ``pacing``, ``frames``
input     ADB codes to X key codes: ``keycodes``; the mouse: ``pointer``; both put in with XTEST: ``inputs``
sound     PulseAudio's native protocol, where our pull decides when the program may write: ``pulse``,
          ``sound``, ``soundthread``
life      a directory of its own: ``privatedir``; the program: ``program``; all of it together: ``bridge``
recipes   what each emulator needs, as data: ``recipe``, ``recipes/*.toml``
========= ===========================================================================================

Everything happens on one event loop, but for the control socket and the sound, which have threads of their
own. Importing this package imports none of its parts.
"""

__all__: list[str] = []
