"""What leads programs to the bridge's sound server and away from the user's own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from moof.bridge import sound_environment
from support.sound_recorder import sound_recorder

USERS = {
    "PULSE_SINK": "headphones",
    "PULSE_SERVER": "unix:/nonexistent/users/pulse",
    "PIPEWIRE_REMOTE": "pipewire-0",
    "ALSA_CONFIG_PATH": "/usr/share/alsa/alsa.conf",
}
"""What may be set in the user's own session."""


def test_all_ways_lead_into_the_private_directory(tmp_path: Path) -> None:
    sound_environment.write_configuration(tmp_path)
    variables = sound_environment.variables(tmp_path, f"unix:{tmp_path}/native")
    assert not Path(variables["PIPEWIRE_REMOTE"]).exists()
    runtime = Path(variables["XDG_RUNTIME_DIR"])
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    assert list(runtime.iterdir()) == []
    for name in ("PIPEWIRE_RUNTIME_DIR", "PULSE_RUNTIME_PATH"):
        assert variables[name] == str(runtime)
    for name in ("PULSE_CLIENTCONFIG", "ALSA_CONFIG_PATH"):
        assert Path(variables[name]).parent == tmp_path
        assert Path(variables[name]).read_text()


def test_plugin_is_found_where_debian_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sound_environment.find_alsa_plugin()
    assert found is not None
    assert found.name == sound_environment.ALSA_PLUGIN
    monkeypatch.setattr(sound_environment, "ALSA_PLUGIN", "no-such-plugin.so")
    assert sound_environment.find_alsa_plugin() is None


@pytest.mark.parametrize("device", ["default", "hw:0,0", "plughw:1", "sysdefault:CARD=PCH", "front", "pulse"])
async def test_settings_of_the_user_do_not_lead_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".asoundrc").write_text("pcm.!default { type null }\npcm.!pulse { type null }\n")
    for name, value in USERS.items():
        monkeypatch.setenv(name, value)
    async with sound_recorder(tmp_path) as recorder:
        command = ("aplay", "-q", "-D", device, "-t", "raw", "-f", "S16_LE", "-r", "48000")
        await recorder.record(*command, sound=b"\x34\x12" * 4800, environment={"HOME": str(home)})
        assert len(recorder.samples()) >= 4800
        assert set(recorder.samples()[:4800].ravel().tolist()) == {0x1234}
