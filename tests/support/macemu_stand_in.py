"""Stands in for Basilisk II: options, settings, messages and exit status as its main_unix.cpp has them.

`--help` lists the options that STAND_IN_OPTIONS names (a version without `swap_opt_cmd`, for example). A ROM
file with the text `wrong` is not taken; with any other the script writes its arguments into the file
`arguments` beside it, and waits.
"""

import os
import sys
import time
from pathlib import Path

OPTIONS = (
    "screen",
    "frameskip",
    "init_grab",
    "swap_opt_cmd",
    "keycodes",
    "sound_buffer",
    "nogui",
    "ramsize",
    "hotkey",
)


def settings_file(words: list[str]) -> Path:
    if "--config" in words:
        return Path(words[words.index("--config") + 1])
    home = Path(os.environ["HOME"])
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    usual = [home / ".basilisk_ii_prefs", config / "BasiliskII" / "prefs"]
    return next(path for path in usual if path.exists())


def main() -> None:
    words = sys.argv[1:]
    known = os.environ.get("STAND_IN_OPTIONS", " ".join(OPTIONS)).split()
    print("Basilisk II V1.1 by Christian Bauer et al.", flush=True)
    if "--help" in words:
        print("Usage: BasiliskII [OPTION...]\n\nGeneral options:")
        print("\n".join(f"  --{name} VALUE\n    something [default=none]" for name in known))
        return
    for word in words:
        if word.startswith("--") and word[2:] not in (*known, "config"):
            print(f"Unrecognized option '{word}'", flush=True)
            return
    prefs = settings_file(words)
    print(f"Using prefs file at {prefs}", flush=True)
    rom = next(line.split(None, 1)[1] for line in prefs.read_text().splitlines() if line.startswith("rom "))
    print("Reading ROM file...", flush=True)
    if Path(rom).read_text() == "wrong":
        print("ERROR: Unsupported ROM type.", flush=True)
        return
    Path(rom).with_name("arguments").write_text("\n".join(words))
    time.sleep(600)


main()
