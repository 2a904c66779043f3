"""Starts a source: `python bench/sources drag --size 1024x768`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

NAMES = ("drag", "sdl_drag", "tone")

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.exit(f"usage: python bench/sources {{{','.join(NAMES)}}} …")
    sys.path[0] = str(Path(__file__).parents[1])
    name = sys.argv.pop(1)
    importlib.import_module(f"sources.{name}").main()
