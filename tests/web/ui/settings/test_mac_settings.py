from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { MacSettings } = await load("ui/settings/mac-settings.js");
const { RequestError } = await load("connection/request-json.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(page.getElementById("settings-panel"));
const element = (id) => document.getElementById(id);
let file = { codec: null, ram: 12, size: "832x624", depth: null, typing_rate: 30 };
let refusal = null;
const answer = async (config) => {
  if (refusal) throw refusal;
  return file = config;
};
const api = { config: () => answer(file), setConfig: answer };
const offered = [];
const offer = (...values) => offered.push(values);
const tabs = Object.assign(new EventTarget(), { shownTab: "mac-tab", offer });
const restarts = [];
const settings = new MacSettings(api, tabs, () => restarts.push("restart"));
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
const look = async () => {
  tabs.dispatchEvent(new Event("shown"));
  await settle();
};
const values = () => ["size", "depth", "ram"].map((name) => element(`mac-${name}`).value);
const choose = async (name, value) => {
  element(`mac-${name}`).value = value;
  element(`mac-${name}`).dispatchEvent(new Event("change"));
  await settle();
};
"""


def test_it_is_offered_to_owners(run: Run) -> None:
    body = """
    settings.allowed = true;
    return [offered, element("mac-log").hidden];
    """
    assert run(SCENE + body) == [[["mac-tab", False], ["mac-tab", True]], False]


def test_settings_are_shown_also_values_without_an_entry(run: Run) -> None:
    body = """
    const before = element("mac-size").disabled;
    await look();
    return [before, element("mac-size").disabled, values(), element("mac-note").textContent];
    """
    before, after, values, note = run(SCENE + body)
    assert (before, after, values) == (True, False, ["832x624", "", "12"])
    assert "moof.toml" in note


def test_choices_in_quick_succession_are_all_written(run: Run) -> None:
    body = """
    await look();
    let ended = 0;
    api.setConfig = async (config) => {
      await new Promise((resolve) => setTimeout(resolve, 10 * (2 - ended)));
      ended++;
      return file = config;
    };
    const chosen = [choose("ram", "32"), choose("size", "640x480")];
    await Promise.all(chosen);
    while (ended < 2) await settle();
    await settle();
    return [file.ram, file.size, values()];
    """
    assert run(SCENE + body) == [32, "640x480", ["640x480", "", "32"]]


@pytest.mark.parametrize(
    ("name", "value", "written"), [("ram", "32", 32), ("size", "640x480", "640x480"), ("size", "", None)]
)
def test_a_choice_is_written_and_other_settings_stay(run: Run, name: str, value: str, written: Any) -> None:
    body = """
    await look();
    await choose(...argument);
    return [file, element("mac-note").textContent];
    """
    file, note = run(SCENE + body, [name, value])
    assert file == {"codec": None, "ram": 12, "size": "832x624", "depth": None, "typing_rate": 30} | {
        name: written
    }
    assert note.startswith("Saved.")


def test_a_refusal_is_shown_and_the_choice_taken_back(run: Run) -> None:
    body = """
    await look();
    refusal = new RequestError("moof.toml cannot be changed", 409);
    await choose("ram", "64");
    const shown = [element("mac-error").textContent, element("mac-error").hidden, element("mac-ram").value];
    refusal = new TypeError("failed");
    await choose("ram", "64");
    shown.push(element("mac-error").textContent);
    refusal = null;
    await choose("ram", "64");
    return [...shown, element("mac-error").hidden];
    """
    first, hidden, ram, second, gone = run(SCENE + body)
    assert (first, hidden, ram) == ("moof.toml cannot be changed", False, "12")
    assert (second, gone) == ("The server does not answer.", True)


def test_codecs_are_those_of_the_server(run: Run) -> None:
    body = """
    settings.codecs = [{ name: "h264", label: "H.264" }, { name: "png", label: "PNG" }];
    await look();
    await choose("codec", "png");
    return [[...element("mac-codec").options].map(({ value }) => value), file.codec];
    """
    assert run(SCENE + body) == [["", "h264", "png"], "png"]


def test_a_restart_is_offered_after_a_change_and_asked_for_once(run: Run) -> None:
    body = """
    await look();
    const button = element("mac-restart");
    await choose("codec", "");
    const seen = [button.hidden, element("mac-note").textContent];
    await choose("ram", "32");
    seen.push(button.hidden, element("mac-note").textContent);
    button.click();
    seen.push(button.textContent, restarts.length);
    button.click();
    return [...seen, restarts.length, button.hidden];
    """
    assert run(SCENE + body) == [
        True,
        "Saved. It takes effect when Moof itself is started again.",
        False,
        "Saved. It takes effect when the Mac is started again.",
        "Restart? Unsaved work is lost",
        0,
        1,
        True,
    ]


def test_screen_colours_and_memory_are_of_the_built_in_mac_alone(run: Run) -> None:
    body = """
    const disabled = [];
    for (const emulator of ["basilisk2", "mac", null]) {
      file = { ...file, emulator };
      await settings.reload();
      disabled.push(["size", "depth", "ram", "codec"].map((name) => element(`mac-${name}`).disabled));
    }
    return disabled;
    """
    assert run(SCENE + body) == [[True, True, True, False], [False] * 4, [False] * 4]


def test_sound_is_a_setting_of_moof_itself(run: Run) -> None:
    body = """
    await look();
    element("mac-sound-packet").value = "5";
    element("mac-sound-packet").dispatchEvent(new Event("change"));
    await settle();
    return [file.audio_packet_ms, element("mac-note").textContent, element("mac-restart").hidden];
    """
    assert run(SCENE + body) == [5, "Saved. It takes effect when Moof itself is started again.", True]


def test_a_restart_is_offered_for_what_others_have_changed(run: Run) -> None:
    body = """
    settings.offerRestart();
    return [element("mac-note").textContent, element("mac-restart").hidden];
    """
    assert run(SCENE + body) == ["Saved. It takes effect when the Mac is started again.", False]
