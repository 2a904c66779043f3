"""What leads a program to the bridge's sound server, and away from the user's own: variables and files.

Programs find sound servers by several libraries, each of which has a way to the user's session: PulseAudio's
and PipeWire's sockets in XDG_RUNTIME_DIR, JACK's in shared memory, ALSA's default device in ~/.asoundrc.
ALSA's own configuration is not used at all: a file of the user's, or of a distribution, would be read after
ours and replace the default device.
"""

from pathlib import Path
from typing import Final

ALSA_PACKAGE: Final = "libasound2-plugins"
"""Debian's package with ALSA's PulseAudio plug-in."""
ALSA_PLUGIN: Final = "libasound_module_pcm_pulse.so"
_ALSA_PLUGIN_FOLDERS: Final = ("/usr/lib/*/alsa-lib", "/usr/lib/alsa-lib", "/usr/lib64/alsa-lib")

_PULSE_CONFIG: Final = "autospawn = no\nenable-shm = no\nenable-memfd = no\n"
_ALSA_ARGUMENTS: Final = "@args [ CARD DEV SUBDEV ]\n" + "".join(
    f"  @args.{name} {{ type string default 0 }}\n" for name in ("CARD", "DEV", "SUBDEV")
)
_ALSA_DEVICES: Final = (
    "sysdefault",
    "hw",
    "plughw",
    "dmix",
    "front",
    "surround40",
    "surround51",
    "surround71",
)
"""Names under which programs open the first card."""


def write_configuration(directory: Path) -> None:
    """Write the files that `variables` names, and make the runtime directory."""
    (directory / "runtime").mkdir(mode=0o700)
    (directory / "client.conf").write_text(_PULSE_CONFIG)
    (directory / "asound.conf").write_text(_alsa_configuration())


def variables(directory: Path, address: str) -> dict[str, str]:
    """Return variables for SDL, QEMU, OpenAL, and the libraries of PulseAudio, ALSA, PipeWire and JACK."""
    runtime = str(directory / "runtime")
    return {
        "SDL_AUDIODRIVER": "pulseaudio",  # SDL 2
        "SDL_AUDIO_DRIVER": "pulseaudio",  # SDL 3
        "QEMU_AUDIO_DRV": "pa",
        "ALSOFT_DRIVERS": "pulse",
        "PULSE_SERVER": address,
        "PULSE_CLIENTCONFIG": str(directory / "client.conf"),
        "PULSE_COOKIE": str(directory / "pulse-cookie"),
        "PULSE_RUNTIME_PATH": runtime,
        "PULSE_SINK": "",  # the user's choices of devices and buffers
        "PULSE_SOURCE": "",
        "PULSE_LATENCY_MSEC": "",
        "ALSA_CONFIG_PATH": str(directory / "asound.conf"),
        "PIPEWIRE_REMOTE": str(directory / "no-pipewire"),  # does not exist: no program connects
        "PIPEWIRE_RUNTIME_DIR": runtime,
        "JACK_NO_START_SERVER": "1",
        "JACK_DEFAULT_SERVER": "moof-none",
        "XDG_RUNTIME_DIR": runtime,
    }


def find_alsa_plugin() -> Path | None:
    """Return ALSA's PulseAudio plug-in, which programs that support only ALSA need; None if it is missing."""
    root = Path("/")
    found = (path for pattern in _ALSA_PLUGIN_FOLDERS for path in root.glob(f"{pattern[1:]}/{ALSA_PLUGIN}"))
    return next(found, None)


def _alsa_configuration() -> str:
    """Return a whole configuration of ALSA: whatever device a program opens is the sound server."""
    pulse = 'type plug slave.pcm { type pulse } hint { show on description "Moof" }'
    lines = [f"pcm.default {{ {pulse} }}", "pcm.pulse { type pulse }", "pcm.null { type null }"]
    lines += [f"pcm.{name} {{\n  {_ALSA_ARGUMENTS}  {pulse}\n}}" for name in _ALSA_DEVICES]
    lines += ["pcm.plug {", "  @args [ SLAVE ]", "  @args.SLAVE { type string }", f"  {pulse}", "}"]
    lines += ["ctl.default { type pulse }", "ctl.pulse { type pulse }"]
    lines += [
        f"ctl.{name} {{\n  @args [ CARD ]\n  @args.CARD {{ type string default 0 }}\n  type pulse\n}}"
        for name in ("hw", "sysdefault")
    ]
    return "\n".join(lines) + "\n"
