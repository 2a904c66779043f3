"""The page before a start at the Hub (c.Spawner.options_form): the Mac's last picture, choices, other Macs.

JupyterHub's own process calls this, which knows the folders of its users; it trusts nothing in them.
"""

import base64
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from moof.states import StateError
from moof.states.autosaves import Autosaves
from moof.states.state_file import MAX_HEAD, StateSummary, read_summary
from moof.states.state_shelf import AUTOSAVES, read_state_file

MAX_SHOWN: Final = 12
"""Other Macs of a user, of which the page has links and pictures."""
ANEW_SECONDS: Final = 300.0
"""How long the choice to start anew holds: JupyterHub repeats the last choices at starts without a form."""
_MAX_TRIED: Final = 3
"""States that are read until one can be."""


@dataclass(frozen=True, slots=True)
class HubMac:
    """One of a user's Macs: what its link is called, where that leads, and its XDG_DATA_HOME."""

    name: str
    address: str
    folder: Path


def last_state(folder: Path) -> StateSummary | None:
    """Return where the Mac that keeps its files in `folder` goes on; None if it begins, or cannot be read."""
    states = folder / "moof/states" / AUTOSAVES
    autosaves = Autosaves(states)
    if autosaves.switched_off:
        return None
    for each in autosaves.newest_first()[:_MAX_TRIED]:
        try:
            return read_summary(read_state_file(states, each.path.name, MAX_HEAD))
        except StateError:
            continue  # the Mac says what is wrong with it, when it starts
    return None


def start_form(folder: Path, others: Iterable[HubMac], emulators: Sequence[str], home: str) -> str:
    """Return the inside of the form, HTML: the Mac with its files in `folder`, and links to the `others`.

    `home` is the address of the Hub's page, where Macs are added and removed.
    """
    parts = [_here(last_state(folder)), _emulators(emulators)]
    links = [_link(each) for each in list(others)[:MAX_SHOWN]]
    if links:
        parts += ['<h2 class="h4 mt-4">Your other Macs</h2>', '<div class="d-flex flex-wrap gap-3">']
        parts += [*links, "</div>"]
    parts.append(f'<p class="mt-3"><a href="{escape(home)}">Add or remove Macs</a></p>')
    return "\n".join(part for part in parts if part)


def chosen(form: Mapping[str, Sequence[str]], now: float) -> dict[str, object]:
    """Return the choices of a form that was sent, for `start_arguments`; `now` in seconds since 1970."""
    options: dict[str, object] = {"emulator": _first(form, "emulator")}
    if _first(form, "begin") == "anew":
        options["anew"] = now
    return options


def start_arguments(options: Mapping[str, object], emulators: Sequence[str], now: float) -> list[str]:
    """Return the arguments of `moof hub-server` for choices, which may come from anybody by the Hub's API.

    What is not among `emulators`, or no choice at all, is as if nothing had been chosen.
    """
    arguments = []
    anew = options.get("anew")
    if isinstance(anew, int | float) and abs(now - anew) < ANEW_SECONDS:
        arguments.append("--fresh")
    emulator = options.get("emulator")
    if isinstance(emulator, str) and emulator in emulators:
        arguments += ["--emulator", emulator]
    return arguments


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    values = form.get(name) or [""]
    return str(values[0])


def _here(state: StateSummary | None) -> str:
    if state is None:
        return "<p>This Mac begins anew.</p>"
    saved = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(state.metadata.saved))
    shown = _picture(state, 320, "The Mac's screen, as it was saved")
    return "\n".join(
        (
            f'<figure>{shown}<figcaption class="mt-1">Saved {saved}</figcaption></figure>',
            _radio("go-on", "Go on where it was", "checked"),
            _radio("anew", "Start anew; documents and saved states stay", ""),
        )
    )


def _radio(value: str, label: str, checked: str) -> str:
    return f"""<div class="form-check">
<input class="form-check-input" type="radio" name="begin" id="{value}" value="{value}" {checked}>
<label class="form-check-label" for="{value}">{label}</label></div>"""


def _emulators(names: Sequence[str]) -> str:
    if not names:
        return ""
    choices = [f'<option value="{escape(name)}">{escape(name)}</option>' for name in names]
    return f"""<label class="form-label mt-3" for="emulator">Emulator</label>
<select class="form-select" name="emulator" id="emulator"><option value="">As in the Mac's settings</option>
{"".join(choices)}</select>"""


def _link(mac: HubMac) -> str:
    state = last_state(mac.folder)
    shown = _picture(state, 160, "") if state is not None else ""
    name = escape(mac.name)
    return (
        f'<a class="text-center" href="{escape(mac.address)}">{shown}<span class="d-block">{name}</span></a>'
    )


def _picture(state: StateSummary, width: int, description: str) -> str:
    data = base64.b64encode(state.picture).decode("ascii")
    return (
        f'<img class="img-fluid border rounded" width="{width}" alt="{escape(description)}" '
        f'src="data:image/png;base64,{data}">'
    )
