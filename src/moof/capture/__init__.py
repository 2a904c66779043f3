"""Records the sound at each layer between the Mac and the page, and compares recordings.

While the contract's `capture_trigger` is 1, every layer's `Tap` records the sound that passes it and writes a
WAV file into the capture's folder (`ipc/names.py`); `gather` sets the trigger and collects the files.
`compare` aligns two of them and reports what differs. It imports ipc and media only, so that the Mac and the
server can both use it.
"""
