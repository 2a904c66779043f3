from pathlib import Path

import pytest
import typer

from moof.cli.macflags import MacFlags
from moof.cli.run import preferences, server_options
from moof.cli.serverflags import ServerFlags
from moof.cli.soundflags import SoundFlags
from moof.preference_rules import parse_rules
from moof.server.config.emulator_settings import EmulatorSettings
from moof.server.config.options import TypingOptions


def test_the_built_in_mac() -> None:
    options = server_options(
        ServerFlags(http_port=1, allow_host=["mac.example"]), SoundFlags(), MacFlags(ram=16), False
    )
    assert options.emulator_command is not None
    assert options.emulator_command[-2:] == ["--ram", "16"]
    assert options.emulator_standby
    assert (options.http_port, options.listen.host_names, options.listen.needs_token) == (
        1,
        ("mac.example",),
        True,
    )
    assert server_options(ServerFlags(target_pid=42), SoundFlags(), None, False).emulator_command is None


def test_emulator_of_moof_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('[emulators.other]\ncommand = ["b2", "-x"]\nprefs = "prefs"\nfolder = "."\n')
    monkeypatch.setenv("MOOF_CONFIG", str(file))
    options = server_options(ServerFlags(emulator="other"), SoundFlags(), MacFlags(), False)
    assert (options.emulator_command, options.emulator_standby) == (["b2", "-x"], False)
    assert (options.library_paths.prefs, options.emulator_environment.at_start().folder) == (
        tmp_path / "prefs",
        tmp_path,
    )
    for name in ("unknown", "other"):
        if name == "other":
            file.write_text("emulators = 1")
        with pytest.raises(typer.Exit):
            server_options(ServerFlags(emulator=name), SoundFlags(), MacFlags(), False)


def test_emulator_of_the_bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    recipes = tmp_path / "moof" / "recipes"
    recipes.mkdir(parents=True)
    (recipes / "mine.toml").write_text('about = ""\ninstall = ""\nprograms = ["sh"]')
    flags = ServerFlags(emulator="mine", emulator_memory_limit=500, emulator_cpus=1)
    mac = MacFlags(states=str(tmp_path / "states"))
    command = server_options(flags, SoundFlags(), mac, False, ["disk.img"]).emulator_command
    assert command is not None
    limits, held = ("--memory-limit", "500", "--cpus", "1"), ("--sandbox", "required", "--no-network")
    states = ("--states", str(tmp_path / "states" / "emulators" / "mine"))
    assert command[3:] == ["bridge", "--emulator", "mine", *limits, *states, *held, "--", "disk.img"]
    mac = MacFlags(states="none")
    plain = server_options(ServerFlags(emulator="mine"), SoundFlags(), mac, False).emulator_command
    assert plain is not None
    assert plain[3:] == ["bridge", "--emulator", "mine", *held]
    with pytest.raises(typer.Exit):
        server_options(ServerFlags(), SoundFlags(), MacFlags(), False, ["disk.img"])


@pytest.mark.parametrize(
    ("settings", "flags", "offline"),
    [
        ("", ServerFlags(emulator="other"), True),
        ("network = true", ServerFlags(emulator="other"), False),
        ("sandbox = false", ServerFlags(emulator="other"), False),
        ("", ServerFlags(emulator="other", emulator_network=True), False),
        ("", ServerFlags(emulator="other", no_sandbox=True), False),
    ],
)
def test_guest_of_an_emulator_of_moof_toml_is_offline_only_in_a_sandbox_without_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, flags: ServerFlags, offline: bool
) -> None:
    file = tmp_path / "moof.toml"
    file.write_text(f'[emulators.other]\ncommand = ["b2"]\n{settings}\n')
    monkeypatch.setenv("MOOF_CONFIG", str(file))
    assert server_options(flags, SoundFlags(), MacFlags(), False).emulator_offline is offline


def test_guest_of_the_built_in_mac_is_offline_and_that_of_a_running_emulator_is_not() -> None:
    assert server_options(ServerFlags(), SoundFlags(), MacFlags(), False).emulator_offline
    assert not server_options(ServerFlags(target_pid=42), SoundFlags(), None, False).emulator_offline


def test_tls_takes_two_files(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert ServerFlags(tls_cert=file, tls_key=file).listen.certificate is not None
    for certificate, key in ((file, None), (None, file), (file, tmp_path / "nowhere")):
        with pytest.raises(typer.Exit):
            ServerFlags(tls_cert=certificate, tls_key=key)


def test_options_of_the_media_network(tmp_path: Path) -> None:
    flags = ServerFlags(
        ice_server=["turn:me:secret@192.0.2.1"], media_ports="50000-50100", media_host="mac.example"
    )
    network = server_options(flags, SoundFlags(), None, False).network
    assert network.ice_servers[0].for_page() == {
        "urls": "turn:192.0.2.1",
        "username": "me",
        "credential": "secret",
    }
    assert (network.ports, network.host) == ((50000, 50100), "mac.example")
    for wrong in ({"ice_server": ["turn:192.0.2.1"]}, {"media_ports": "9-8"}, {"media_host": "no host"}):
        with pytest.raises(typer.Exit):
            ServerFlags(**wrong)


def test_turn_secret_is_read_from_a_private_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "secret"
    file.write_text("north\n")
    file.chmod(0o600)
    flags = ServerFlags(ice_server=["turn:192.0.2.1"], turn_secret_file=file)
    assert flags.network.turn_secret == "north"
    assert "north" not in repr(flags.network)
    with pytest.raises(typer.Exit):
        ServerFlags(turn_secret_file=file)
    assert "--ice-server turn:HOST:PORT" in " ".join(capsys.readouterr().err.split())
    with pytest.raises(typer.Exit):
        ServerFlags(ice_server=["turn:192.0.2.1"], turn_secret_file=tmp_path / "nowhere")
    assert "such file" in capsys.readouterr().err
    file.chmod(0o640)
    with pytest.raises(typer.Exit):
        ServerFlags(ice_server=["turn:192.0.2.1"], turn_secret_file=file)
    assert "Others may read the secret" in " ".join(capsys.readouterr().err.split())


def test_hsts_needs_https(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(typer.Exit):
        ServerFlags(hsts=True)
    assert ServerFlags(hsts=True, tls_cert=file, tls_key=file).listen.hsts
    assert ServerFlags(hsts=True, trusted_proxy=["127.0.0.1"]).listen.hsts


def test_embedding_sites_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert ServerFlags(embed_origin=["school.example"]).listen.embedders == ("school.example",)
    with pytest.raises(typer.Exit):
        ServerFlags(embed_origin=["https://school.example/page"]).listen  # noqa: B018
    assert "must be a host name, or an address like" in " ".join(capsys.readouterr().err.split())


def test_base_path_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert ServerFlags(base_path="mac").listen.base_path == "/mac/"
    with pytest.raises(typer.Exit):
        ServerFlags(base_path="/a b/").listen  # noqa: B018
    assert "is not a path such as /mac/" in capsys.readouterr().err


def test_trusted_proxies_are_addresses_and_networks() -> None:
    flags = ServerFlags(trusted_proxy=["127.0.0.1", "10.0.0.0/8"])
    assert flags.listen.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")


@pytest.mark.parametrize(
    "flags",
    [
        ServerFlags(trusted_proxy=["proxy.example"]),
        ServerFlags(allow_host=["mac.example/path"]),
        ServerFlags(allow_host=["http://a:b"]),
    ],
)
def test_invalid_names_and_proxies_are_refused_at_the_start(
    flags: ServerFlags, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        flags.listen  # noqa: B018
    assert "must be" in capsys.readouterr().err


def test_typing_has_a_rate_and_a_layout() -> None:
    assert ServerFlags().typing == TypingOptions(25.0, "us")
    assert ServerFlags(typing_rate=10.0, keyboard_layout="german").typing == TypingOptions(10.0, "german")


def test_preferences_of_an_emulator_of_the_bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    recipes = tmp_path / "moof" / "recipes"
    recipes.mkdir(parents=True)
    settings = tmp_path / "settings"
    (recipes / "mine.toml").write_text(
        'about = ""\ninstall = ""\nprograms = ["sh"]\n[prefs]\nram = "int 1 8"\n'
        f'[[files]]\nwhat = "settings"\npaths = ["{settings}"]\nmissing = "Make some."\noption = "-c"\n'
    )
    with pytest.raises(typer.Exit):
        preferences(ServerFlags(emulator="mine"), None, bridged=True)
    settings.write_text("ram 4\n")
    assert preferences(ServerFlags(emulator="mine"), None, bridged=True) == (
        settings,
        parse_rules({"ram": "int 1 8"}),
    )
    assert preferences(ServerFlags(emulator="mine"), None, bridged=False) == (None, {})
    assert preferences(ServerFlags(), None, bridged=True) == (None, {})


def test_preferences_of_an_emulator_of_moof_toml_are_those_of_its_programs_recipe(tmp_path: Path) -> None:
    named = EmulatorSettings(("/opt/b2/BasiliskII",), prefs=tmp_path)
    path, rules = preferences(ServerFlags(), named, bridged=True)
    assert path == tmp_path
    assert {"disk", "ramsize"} <= rules.keys()
    for own in ({}, parse_rules({"x": "bool"})):
        listed = EmulatorSettings(("BasiliskII",), prefs=tmp_path, prefs_names=own)
        assert preferences(ServerFlags(), listed, bridged=True) == (tmp_path, own)
    assert preferences(ServerFlags(), EmulatorSettings(("other",)), bridged=True) == (None, {})


def test_the_address_and_the_token_to_publish_with_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text("north\n")
    file.chmod(0o600)
    url = "https://sfu.example/whip/secret"
    options = ServerFlags(publish=url, publish_token_file=file).publish_options
    assert options is not None
    assert (options.url, options.token) == (url, "north")
    assert ServerFlags().publish_options is None
    with pytest.raises(typer.Exit):
        ServerFlags(publish_token_file=file)
    with pytest.raises(typer.Exit):
        ServerFlags(publish="sfu.example")
    assert "--publish: the address to publish to" in " ".join(capsys.readouterr().err.split())
    with pytest.raises(typer.Exit):
        ServerFlags(publish=url, publish_token_file=tmp_path / "nowhere")
    assert "such file" in capsys.readouterr().err
    file.chmod(0o640)
    with pytest.raises(typer.Exit):
        ServerFlags(publish=url, publish_token_file=file)
    assert "Others may read the secret" in " ".join(capsys.readouterr().err.split())


def test_kiosk_needs_a_state_of_the_built_in_mac(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ServerFlags(kiosk="Museum", kiosk_minutes=2)
    states = MacFlags(states=str(tmp_path))
    refused = [
        (flags, states, "--kiosk Museum: There is no such state."),
        (ServerFlags(kiosk="../x"), states, "A state's name"),
        (flags, MacFlags(states="none"), "--kiosk needs the built-in Mac"),
        (ServerFlags(kiosk="Museum", target_pid=42), None, "--kiosk needs the built-in Mac"),
    ]
    for each, mac, sentence in refused:
        with pytest.raises(typer.Exit):
            server_options(each, SoundFlags(), mac, False)
        assert sentence in " ".join(capsys.readouterr().err.split())
    assert flags.listen.kiosk
    assert not ServerFlags().listen.kiosk
    assert ServerFlags().kiosk_rules(tmp_path) is None
