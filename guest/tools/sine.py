"""Print voice.c's sine table as C: a turn in 1024 16-bit steps, and the first again for interpolation."""

import math

STEPS = 1024
PEAK = 32767


def table() -> list[int]:
    """Return the STEPS + 1 rounded samples."""
    return [round(PEAK * math.sin(2 * math.pi * step / STEPS)) for step in range(STEPS + 1)]


def main() -> None:
    """Write the C source to stdout."""
    print('#include "types.h"\nextern const s16 sine_table[];')
    print(f"const s16 sine_table[{STEPS + 1}] = {{")
    samples = table()
    for start in range(0, len(samples), 16):
        print("    " + ", ".join(map(str, samples[start : start + 16])) + ",")
    print("};")


if __name__ == "__main__":
    main()
