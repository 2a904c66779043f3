from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

Run = Callable[..., Any]


def test_a_sentence_of_the_server_is_said_with_its_values(german: Page, run: Run) -> None:
    inner = "{ sentence: 'This is {found}.', values: { found: 'the ROM of a PC' } }"
    outer = "{ sentence: 'The disk {disk} does not belong to the state.', values: { disk: 'Sound is on' } }"
    texts = f"[{outer}, {{ sentence: '{{what}} {{what}}', values: {{ what: {inner} }} }}].map(said)"
    assert run(f"const {{ said }} = await load('language/said.js'); return {texts};") == [
        "The disk Sound is on does not belong to the state.",
        "This is the ROM of a PC. This is the ROM of a PC.",
    ]
    script = f"async () => {{ const {{ said }} = await import('/static/language/said.js'); return {texts}; }}"
    assert german.evaluate(script) == [
        "Der Datenträger Sound is on gehört nicht zum Zustand.",
        "Das ist das ROM eines PCs. Das ist das ROM eines PCs.",
    ]
