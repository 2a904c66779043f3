"""The built-in Mac: a small 68020 machine that a server reaches through IPC v4, as it reaches any emulator.

The parts of the machine and the files that implement them:

============== ======================================================================================
CPU            68020 without FPU: ``cpu``, with Musashi as its core (``musashi``, ``core_check``)
EMUL_OPs       opcodes with which 68k code calls the machine: ``emulops``
memory         RAM at 0, ROM at 0x0400_0000, framebuffer at 0x0420_0000, big endian: ``memory``, ``rom``
interrupts     one level-1 autovector with eight flags behind it: ``cpu``
input          ADB keyboard, mouse and wheel: ``adb``, ``keyboard_layout``
video          six sizes, six depths, a colour table: ``video_card``
audio          one source, which produces samples only on request: ``audio_device``
XPRAM          256 bytes of settings in a file: ``xpram``
disk           documents in a folder of the host: ``disk``, ``file_requests``, ``documents_folder``,
               ``pictures``; names, texts and types: ``moof.mac_files``
states         the whole board between two instructions: ``machine_state``, ``device_json``,
               ``state_contents``
============== ======================================================================================

``board`` connects those without any thread. Two modules drive the board. ``headless`` runs it step by step,
for tests and for authors of ROMs. ``machine`` gives it the emulator's end of IPC v4 and these threads
(`moof emulator`), whose base class is in ``threads``:

============== ======================================================================================
68k            ``cpu_thread``: runs the CPU
video-refresh  ``video_refresh``: publishes what changed in the framebuffer, 60 times a second
control-socket ``control_thread``: receives the server's messages
extension      ``extension_thread``: receives the wheel and layouts, reports the guest's layout and read keys
audio          ``audio_thread``: answers requests for audio; or ``sdl_audio``: plays through SDL
tick           ``ticker``: 60.15 interrupts a second
xpram          ``xpram_saver``: saves the settings
disk           ``disk_thread``: does what the guest asks of its disk
states         ``state_thread``: saves the Mac every minute and at the end, loads states
============== ======================================================================================

docs/guest.md describes the machine as 68k code sees it. Importing this package imports none of its modules,
so that a command line can name it without loading them.
"""

__all__: list[str] = []
