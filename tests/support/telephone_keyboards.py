"""What browsers report of the keyboards of telephones, as data that `REPLAY` repeats in a page.

The sequences follow the event logs and descriptions at `source`. Keyboards differ by version and language;
what they have in common is that the text in the field is right, whatever the key events say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Step = list[Any]

CHROMIUM: Final = (
    "Chromium, content/public/android/javatests/src/org/chromium/content/browser/input/ImeTest.java"
)
SLATE_ANDROID: Final = "https://github.com/ianstormtaylor/slate/issues/1177 (Chrome 61, Android 7)"
SLATE_IOS: Final = "https://github.com/ianstormtaylor/slate/issues/540"
CODEMIRROR: Final = "https://github.com/codemirror/dev/issues"


@dataclass(frozen=True)
class Recording:
    """A sequence of events, and the text that it makes on the Mac."""

    source: str
    steps: list[Step]
    text: str


def composition(kind: str, data: str = "") -> Step:
    """A CompositionEvent: start or end (updates say what the input events say, too)."""
    return ["composition", kind, data]


def edit(kind: str, deleted: int, data: str = "", *, cancelable: bool = True) -> Step:
    """`beforeinput` and `input`; between them the browser deletes before the caret, then inserts."""
    return ["edit", kind, deleted, data, cancelable]


def android(kind: str, deleted: int, data: str = "", *, cancelable: bool = True) -> list[Step]:
    """An edit between the key events that Chromium makes for it, which name no key."""
    return [
        ["key", "keydown", "Unidentified", "", 229],
        edit(kind, deleted, data, cancelable=cancelable),
        ["key", "keyup", "Unidentified", "", 229],
    ]


def composed(*texts: str) -> list[Step]:
    """What Gboard composes: each time the whole word, in place of the one before."""
    steps, length = [], 0
    for text in texts:
        steps += android("insertCompositionText", length, text, cancelable=False)
        length = len(text)
    return steps


def word(*texts: str) -> list[Step]:
    """A composition of one word, begun and ended."""
    return [composition("start"), *composed(*texts), composition("end", texts[-1])]


def ios(character: str, code: str = "") -> list[Step]:
    """A key of iOS's keyboard that types itself; the edit is that of the key, which the page may prevent."""
    edits = {"Backspace": edit("deleteContentBackward", 1), "Enter": edit("insertLineBreak", 0, "\n")}
    action = edits.get(character, edit("insertText", 0, character))
    return [["key", "keydown", character, code, 0], [*action, "of key"], ["key", "keyup", character, code, 0]]


def ios_text(text: str) -> list[Step]:
    """Keys of iOS's keyboard."""
    return [step for character in text for step in ios(character)]


RECORDINGS: Final[dict[str, Recording]] = {
    "Android: words letter by letter": Recording(
        SLATE_ANDROID,
        [*word("T", "Tr", "Try"), *android("insertText", 0, " "), *word("i", "it")],
        "Try it",
    ),
    "Android: Backspace in a word": Recording(
        "https://github.com/ckeditor/ckeditor5/issues/12456",
        word("m", "mo", "mop", "mo", "moo", "moof"),
        "moof",
    ),
    "Android: Backspace in a word, as a deletion": Recording(
        "https://github.com/Samyssmile/notectl/issues/230",
        [
            *android("insertText", 0, "hello"),
            composition("start"),
            *composed("x"),
            *android("deleteContentBackward", 1),
            composition("end", ""),
        ],
        "hello",
    ),
    "Android: Backspace into a word that ended": Recording(
        f"{CODEMIRROR}/1210",
        [
            *word("i", "in", "inp", "inpu", "input"),
            *android("insertText", 0, " "),
            ["key", "keydown", "Backspace", "", 8],
            edit("deleteContentBackward", 1),
            ["key", "keyup", "Backspace", "", 8],
            composition("start", "input"),
            *android("insertCompositionText", 5, "inpu", cancelable=False),
            *android("insertCompositionText", 4, "inp", cancelable=False),
            composition("end", "inp"),
        ],
        "inp",
    ),
    "Android: a word is corrected at the space": Recording(
        CHROMIUM,
        [
            composition("start"),
            *composed("t", "te", "teh"),
            *android("insertCompositionText", 3, "the", cancelable=False),
            composition("end", "the"),
            *android("insertText", 0, " "),
        ],
        "the ",
    ),
    "Android: a suggestion is tapped": Recording(
        CHROMIUM,
        [composition("start"), *composed("C", "Cl", "Cla", "Clarus "), composition("end", "Clarus ")],
        "Clarus ",
    ),
    "Android: two spaces are a full stop": Recording(
        f"{CODEMIRROR}/685",
        [
            *word("m", "moof"),
            *android("insertText", 0, " "),
            *android("deleteContentBackward", 1),
            *android("insertText", 0, ". "),
        ],
        "moof. ",
    ),
    "Android: words by swiping": Recording(
        "https://github.com/jcubic/jquery.terminal/issues/319",
        [*word("hello"), *android("insertText", 0, " "), *word("it’s"), *android("insertText", 0, " nice")],
        "hello it’s nice",
    ),
    "Android: Return ends a word": Recording(
        f"{CODEMIRROR}/829",
        [composition("start"), *composed("straw", "straw\n"), composition("end", "straw\n"), *word("b")],
        "straw\nb",
    ),
    "Android: Return with a key": Recording(
        CHROMIUM,
        [*word("straw"), ["key", "keydown", "Enter", "", 13], ["key", "keyup", "Enter", "", 13], *word("b")],
        "straw\nb",
    ),
    "Android: a line break that cannot be cancelled": Recording(
        f"{CODEMIRROR}/829",
        [
            composition("start"),
            *composed("straw"),
            *android("insertLineBreak", 0, "\n", cancelable=False),
            composition("end", "straw"),
        ],
        "straw\n",
    ),
    "Android: voice": Recording(
        "https://github.com/dellisd/keyboard (Google Voice Input: setComposingText)",
        word("this", "this is", "this is a", "This is a mac.", "This is a Mac."),
        "This is a Mac.",
    ),
    "Android: a keyboard that composes sentences": Recording(
        "https://github.com/michael/svedit/issues/92 (Samsung)",
        word("a", "a d", "a dog", "a dogc", "a dogcow", "A dogcow"),
        "A dogcow",
    ),
    "Android: whole words are deleted": Recording(
        f"{CODEMIRROR}/682 (SwiftKey)",
        [
            *word("one"),
            *android("insertText", 0, " "),
            *word("two"),
            *android("deleteContentBackward", 3),
            *android("deleteContentBackward", 1),
        ],
        "one",
    ),
    "Android: Backspace over what the Mac lacks": Recording(
        CHROMIUM,
        [
            *android("insertText", 0, "ok"),
            *android("insertText", 0, "😀"),
            *android("deleteContentBackward", 2),
        ],
        "ok",
    ),
    "iOS: letters": Recording(
        SLATE_IOS, [*ios_text("mooof"), *ios("Backspace"), *ios("Backspace"), *ios("f")], "moof"
    ),
    "iOS: keys that name their place": Recording(
        "UI Events; iPadOS with a keyboard",
        [*ios("h", "KeyH"), *ios("i", "KeyI"), *ios("Enter", "Enter"), *ios("a", "KeyA")],
        "hi\na",
    ),
    "iOS: Return": Recording(SLATE_IOS, [*ios_text("a"), *ios("Enter"), *ios_text("b")], "a\nb"),
    "iOS: two spaces are a full stop": Recording(
        "https://github.com/taiga-family/maskito/pull/2040",
        [
            *ios_text("moof "),
            ["key", "keydown", " ", "", 0],
            edit("deleteContentBackward", 1),
            edit("insertText", 0, ". "),
            ["key", "keyup", " ", "", 0],
        ],
        "moof. ",
    ),
    "iOS: a word is corrected at the space": Recording(
        "https://github.com/w3c/input-events/issues/152",
        [*ios_text("teh"), edit("insertReplacementText", 3, "the"), *ios_text(" ")],
        "the ",
    ),
    "iOS: a suggestion is tapped": Recording(
        SLATE_IOS,
        [*ios_text("Cla"), edit("insertText", 3, "Clarus"), edit("insertText", 0, " ")],
        "Clarus ",
    ),
    "iOS: dictation, revised": Recording(
        "https://github.com/facebook/lexical/pull/8711, https://github.com/odoo/odoo/pull/160363",
        [
            edit("insertText", 0, "hello"),
            edit("insertText", 0, " clarus"),
            edit("insertReplacementText", 12, "Hello, Clarus."),
            ["input", "insertReplacementText"],  # some events come twice
            edit("insertText", 0, " It is a dog, and a cow as well, which says moof."),
            edit("deleteContentBackward", 1),
        ],
        "Hello, Clarus. It is a dog, and a cow as well, which says moof",
    ),
    "iOS: Backspace held": Recording(
        "https://github.com/facebookarchive/draft-js/issues/436",
        [
            *ios_text("one two three"),
            *ios("Backspace"),
            edit("deleteWordBackward", 4),
            edit("deleteWordBackward", 4),
        ],
        "one ",
    ),
    "iOS: syllables that the Mac lacks": Recording(
        "https://github.com/michael/svedit/issues/113, https://github.com/stablyai/orca/pull/15218 (Korean)",
        [
            *ios_text("ok"),
            edit("insertText", 0, "ㅎ"),
            edit("deleteContentBackward", 1),
            edit("insertText", 0, "하"),
            edit("deleteContentBackward", 1),
            edit("insertText", 0, "한"),
            *ios_text("!"),
        ],
        "ok!",
    ),
    "iOS: an accent after its letter": Recording(
        "Unicode, normal form D",
        [edit("insertText", 0, "cafe"), edit("insertText", 0, "\u0301"), edit("deleteContentBackward", 2)],
        "caf",
    ),
    "iOS: accents": Recording(
        "https://github.com/facebook/lexical/issues/6940", [*word("´", "é"), *ios_text("té")], "été"
    ),
}
"""By the system and what a person does."""

REPLAY: Final = """(steps) => {
    const field = document.activeElement;
    const options = { bubbles: true, cancelable: true };
    let prevented = false;
    const actions = {
        key(type, key, code, keyCode) {
            const allowed = field.dispatchEvent(new KeyboardEvent(type, { ...options, key, code, keyCode }));
            if (type === "keydown") prevented = !allowed;
        },
        composition: (type, data) =>
            field.dispatchEvent(new CompositionEvent(`composition${type}`, { ...options, data })),
        input: (inputType) => field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType })),
        edit(inputType, deleted, data, cancelable, ofKey) {
            if (ofKey && prevented) return;
            const init = { bubbles: true, inputType, data };
            if (!field.dispatchEvent(new InputEvent("beforeinput", { ...init, cancelable }))) return;
            const at = field.selectionStart;
            field.setRangeText(data, Math.max(at - deleted, 0), at, "end");
            field.dispatchEvent(new InputEvent("input", init));
        },
    };
    for (const [action, ...fields] of steps) actions[action](...fields);
}"""
"""JavaScript that repeats steps in the field that has the focus."""
