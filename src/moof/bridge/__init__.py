"""The bridge: runs an emulator that was not written for Moof, unmodified, and makes it available over IPC v4.

The program gets a private display and a private sound server, which look to it like a desktop's:

========= ===========================================================================================
display   starts an Xvfb whose framebuffer is mapped: ``xvfb``, ``display_number``, ``xwd``; an X client
          on it, which receives changes and the cursor: ``x_display``
windows   a small window manager: ``window_manager``; which window is shown: ``windows``; what X says of
          them: ``window_tracker``, ``window_properties``; where they go: ``window_placement``,
          ``window_states``
frames    publishes what changed, exactly, at most 75 times a second: ``window_publisher``
input     ADB codes to X key codes: ``keycodes``; mouse movements: ``pointer``; the wheel: ``wheel``;
          their order and the pauses between keys: ``input_queue``; all by XTEST: ``xtest_input``
sound     PulseAudio's native protocol, with the server's requests as its clock: ``pulse``,
          ``pulse_server``
messages  reads what the server sends and passes it to the event loop: ``message_thread``, and
          ``extension_receiver`` for the extension socket
process   a private directory: ``private_directory``; the program and its limits: ``program``, ``limits``;
          what its end means: ``program_ending``; the whole of it: ``bridge``
recipes   what each emulator needs, as data: ``recipe``, ``recipe_values``,
          ``recipes/*.toml``, ``recipe_folder``; how it is
          found: ``installed_program``, ``needed_file``; settings that do not fit: ``override``
========= ===========================================================================================

Everything runs on one event loop, except both sockets and the sound server, which have a thread each.
Importing this package imports none of its modules.
"""

__all__: list[str] = []
