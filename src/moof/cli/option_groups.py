"""Options that commands share: each is a field of a dataclass, which is passed to the command as a whole.

An option is also a key of moof.toml (`http_port`) and an environment variable (`MOOF_HTTP_PORT`).
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import wraps
from typing import Annotated, Any, get_args, get_type_hints

import typer
from typer.models import OptionInfo


def takes(**groups: type[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options of these dataclasses to a command, which gets them as arguments of those names."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(command, include_extras=True)
        own = [
            parameter.replace(annotation=_named(hints[name], name), kind=inspect.Parameter.KEYWORD_ONLY)
            for name, parameter in inspect.signature(command).parameters.items()
            if name not in groups
        ]
        members = {name: option_names(group) for name, group in groups.items()}

        @wraps(command)
        def run(**values: Any) -> None:
            parts = {
                name: group(**{option: values.pop(option) for option in members[name]})
                for name, group in groups.items()
            }
            command(**parts, **values)

        parameters = [each for group in groups.values() for each in _parameters(group)] + own
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        return run

    return decorate


def option_names(group: type[Any]) -> list[str]:
    """Return the keys that a dataclass of options adds to moof.toml."""
    return [field.name for field in fields(group)]


def _parameters(group: type[Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default if field.default is not MISSING else None,
            annotation=_named(hints[field.name], field.name),
        )
        for field in fields(group)
    ]


def _named(hint: Any, name: str) -> Any:
    """Return the annotation with its environment variable."""
    plain, *extras = get_args(hint) if hasattr(hint, "__metadata__") else (hint,)
    options = [extra for extra in extras if isinstance(extra, OptionInfo)]
    if not options or options[0].hidden:
        return hint
    option = copy.copy(options[0])
    option.envvar = f"MOOF_{name.upper()}"
    option.show_envvar = False
    return Annotated[plain, option]


def option(help_text: str, *names: str, **details: Any) -> Any:
    """Return the description of an option for typer."""
    return typer.Option(*names, help=help_text, **details)
