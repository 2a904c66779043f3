"""The shared libraries that PyAV has loaded: encoders are called there without FFmpeg's wrapper."""

from pathlib import Path

_MAPS = Path("/proc/self/maps")


def loaded_libraries(name: str) -> list[str]:
    """Return the paths of the loaded libraries whose file names begin with `name`, sorted."""
    import av  # noqa: F401  # which loads them

    try:
        lines = _MAPS.read_text().splitlines()
    except OSError:
        return []
    paths = {line.split(maxsplit=5)[5] for line in lines if f"/{name}" in line}
    return sorted(path for path in paths if Path(path).name.startswith(name))
