"""The page's texts in the languages that it has: tables of translations by the English sentence."""

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from moof.web import page_root

__all__ = ["ENGLISH", "LANGUAGES", "choose_language", "text_table"]

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "de", "fr", "ja")
"""BCP 47; web/page/language/language.js has the same."""
_MAX_ACCEPTED: Final = 20


def choose_language(accepted: str) -> str:
    """Return the language for a client: the first by weight that the page has (RFC 9110, 12.5.4).

    Args:
        accepted: The header Accept-Language, "" without one.
    """
    weights: dict[str, float] = {}
    for part in accepted.split(",", _MAX_ACCEPTED)[:_MAX_ACCEPTED]:
        tag, _, parameter = part.partition(";")
        language = tag.strip().lower().split("-")[0]
        if language in LANGUAGES:
            weights[language] = max(weights.get(language, 0.0), _weight(parameter))
    best = max(weights, key=lambda language: weights[language], default=ENGLISH)
    return best if weights.get(best) else ENGLISH


@cache
def text_table(language: str) -> Mapping[str, str]:
    """Return the translations into one of LANGUAGES; none for English."""
    if language == ENGLISH:
        return MappingProxyType({})
    file = page_root() / "language" / f"{language}.json"
    return MappingProxyType(json.loads(file.read_text("utf-8")))


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
