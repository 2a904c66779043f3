from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

FakeServer = Any  # see conftest.py
Run = Callable[..., Any]


def evaluate(page: Page, expression: str) -> Any:
    return page.evaluate(
        "async () => { const { NUMBERS, fill, language, t, translated } = "
        f"await import('/static/language/text.js'); return {expression}; }}"
    )


def test_english_has_no_table(run: Run) -> None:
    body = """
    const { language, t } = await load("language/text.js");
    const loaded = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".json"));
    return [language, t("Sound is on"), t("At most {n} characters", { n: 20000 }), loaded.length];
    """
    assert run(body) == ["en", "Sound is on", "At most 20,000 characters", 0]


def test_texts_come_from_the_table_of_the_browsers_language(german: Page) -> None:
    assert evaluate(german, "[language, t('Sound is on')]") == ["de", "Ton ist ein"]
    assert evaluate(german, "t('At most {n} characters', { n: 20000 })") == "Höchstens 20.000 Zeichen"


def test_what_a_table_lacks_stays_english(german: Page) -> None:
    assert evaluate(
        german, "[translated('No such sentence.'), translated('constructor'), translated('')]"
    ) == [
        "No such sentence.",
        "constructor",
        "",
    ]


def test_values_are_filled_in_once(run: Run) -> None:
    body = """
    const { fill } = await load("language/text.js");
    return [fill("{a} and {b}", { a: "{b}", b: "$&" }), fill("{a} and {c}", { a: 1.5 })];
    """
    assert run(body) == ["{b} and $&", "1.5 and {c}"]


def test_a_table_that_cannot_be_loaded_leaves_the_page_in_english(german: Page) -> None:
    german.route("**/language/de.json", lambda route: route.abort())
    german.reload()
    assert evaluate(german, "t('Sound is on')") == "Sound is on"
    german.unroute("**/language/de.json")
