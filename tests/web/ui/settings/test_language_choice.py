from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { offerLanguages } = await load("ui/settings/language-choice.js");
document.body.innerHTML = "<select id=language></select>";
const list = document.getElementById("language");
const [chosen, values] = [[], argument];
const settings = { get: () => values, set: (name, value) => chosen.push(name, value) };
offerLanguages(settings, () => chosen.push("reload"));
const choose = (value) => { list.value = value; list.dispatchEvent(new Event("change")); };
"""


def test_languages_are_listed_by_their_own_names(run: Run) -> None:
    body = "return [[...list.options].map(({ text, lang }) => [text, lang]), list.value];"
    assert run(SCENE + body, "ja") == [
        [["as the browser", ""], ["English", "en"], ["Deutsch", "de"], ["Français", "fr"], ["日本語", "ja"]],
        "ja",
    ]


def test_a_choice_is_kept_and_the_page_loaded_again(run: Run) -> None:
    body = "choose('de'); choose(''); return chosen;"
    assert run(SCENE + body, None) == ["language", "de", "reload", "language", None, "reload"]
