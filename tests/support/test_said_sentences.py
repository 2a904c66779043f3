from pathlib import Path

from support.said_sentences import said_sentences

SOURCE = """
FULL: Final = "It is full."
NAMED: Final = Sentence("No {signs}.", signs="/")
def refuse(name, error):
    raise AnError("question", "A sentence.")
    raise AnError(FULL if name else "It is " "empty.")
    raise AnError(NAMED)
    raise AnError(Sentence("No {name}.", name=name)) from error
    raise AnError(said_by(error))
    raise AnError(name)
    raise AnError(f"No {name}.")
    raise Other("not asked for")
"""


def test_sentences_are_found_however_they_are_given(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    assert sorted(said_sentences(tmp_path / "a.py", frozenset({"AnError"}))) == [
        "A sentence.",
        "It is empty.",
        "It is full.",
        "No {name}.",
        "No {signs}.",
        "f'No {name}.'",
    ]
