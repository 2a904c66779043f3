"""Is the sound at the end the sound that the Mac made? Recording it at each layer, and comparing recordings.

While the contract's `capture_trigger` is 1, every layer's `Tap` keeps what passes it and leaves a WAV file in
the capture's folder (`ipc/names.py`); `gather` sets the trigger and collects the files. `compare` aligns two
of them and says what differs. Knows ipc and media only, so the Mac and the server can both be tapped.
"""
