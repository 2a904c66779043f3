from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { CodecChoice } = await load("ui/settings/codec-choice.js");
const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
document.body.replaceChildren(...page.body.children);
const element = (id) => document.getElementById(id);
const calls = [];
const choice = new CodecChoice((codec) => calls.push(codec));
const codecs = [{ name: "auto", label: "Automatic" }, { name: "png", label: "PNG" }];
"""


def test_codecs_are_offered_and_chosen(run: Run) -> None:
    body = """
    choice.show({ codecs, choice: "png", codec: "png" });
    const select = element("codec");
    const labels = [...select.options].map(({ label }) => label);
    const shown = [labels, select.value, element("codec-note").textContent];
    select.value = "auto";
    select.dispatchEvent(new Event("change"));
    return [shown, calls];
    """
    assert run(SCENE + body) == [[["Automatic", "PNG"], "png", ""], ["auto"]]


def test_the_codec_in_use_is_named(run: Run) -> None:
    body = """
    choice.show({ codecs, choice: "auto", codec: "png" });
    return [element("codec").selectedOptions[0].label, element("codec-note").textContent];
    """
    label, note = run(SCENE + body)
    assert label == "PNG, automatic"
    assert note.startswith("PNG is in use")
