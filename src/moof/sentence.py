"""Sentences for people with values in them, which a page says in the person's language."""

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """A text in English, which keeps the sentence with its values in braces, and the values.

    Whoever wants a text has one. `sentence` is the key of the page's tables of translations; a value may be
    another Sentence.
    """

    __slots__ = ("sentence", "values")

    sentence: str
    values: Mapping[str, str]

    def __new__(cls, sentence: str, /, **values: str) -> Self:
        """Make the text of a sentence of this program's, such as "There is no disk {disk}."."""
        return cls.received(sentence.format(**values), sentence, values)

    @classmethod
    def received(cls, text: str, sentence: str, values: Mapping[str, str]) -> Self:
        """Return what another process has said. Its sentence is never a format string here."""
        made = str.__new__(cls, text)
        made.sentence, made.values = sentence, values
        return made


def said_by(error: BaseException) -> str:
    """Return what an error says: the Sentence itself if it was given one, which `str` would lose."""
    return error.args[0] if error.args and isinstance(error.args[0], Sentence) else str(error)


def reason_of(error: OSError) -> str:
    """Return why the system refuses something, in its words."""
    return error.strerror or str(error)
