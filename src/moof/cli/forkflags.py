"""The options about Macs for visitors, which links start from states, and about a server that nobody uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from moof.cli.macflags import MacFlags
from moof.cli.option_groups import option
from moof.cli.serverflags import ServerFlags
from moof.cli.soundflags import SoundFlags
from moof.cli.terminal import fail
from moof.server.config.fork_options import (
    DEFAULT_DOCUMENTS_MB,
    DEFAULT_FREE_MEMORY,
    DEFAULT_IDLE_MINUTES,
    DEFAULT_PER_NETWORK,
    DEFAULT_UNUSED_MINUTES,
    MAX_FORKS,
    ForkOptions,
)
from moof.server.config.idle_rules import IdleRules
from moof.server.config.options import MediaNetworkError, parse_ports

if TYPE_CHECKING:
    from moof.server.config.fork_options import SettingValue

PASSED_ON: Final = (
    *("host", "tls_cert", "tls_key", "hsts", "max_viewers", "floor", "turn_minutes", "codec"),
    *("keyboard_layout", "typing_rate", "enable_stun", "ice_server", "turn_secret_file"),
    *("media_ports", "media_host", "restart_unresponsive"),
)
"""The options of the server that visitors' Macs have, too."""
MAC_PASSED_ON: Final = ("rom", "size", "depth")
_MAX_IDLE_MINUTES: Final = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class ForkFlags:
    """The options, from the command line, the environment or moof.toml, checked."""

    forks: Annotated[
        int,
        option(
            "Most Macs at a time that links of saved states start for visitors; 0 for none.",
            min=0,
            max=MAX_FORKS,
        ),
    ] = 0
    fork_minutes: Annotated[
        float,
        option(
            "Minutes without a viewer after which such a Mac is saved and ended.",
            min=0.1,
            max=_MAX_IDLE_MINUTES,
        ),
    ] = DEFAULT_IDLE_MINUTES
    fork_unused_minutes: Annotated[
        float,
        option(
            "Minutes without mouse and keyboard after which it is saved and ended, though a page is open.",
            min=1.0,
            max=_MAX_IDLE_MINUTES,
        ),
    ] = DEFAULT_UNUSED_MINUTES
    fork_ports: Annotated[
        str | None, option("LOW-HIGH: ports of such Macs' pages, for a firewall. By default any.")
    ] = None
    fork_memory: Annotated[
        int, option("Memory in MB that must be free before such a Mac is started.", min=0)
    ] = DEFAULT_FREE_MEMORY
    forks_per_network: Annotated[
        int,
        option("Most of such Macs at a time for one IPv4 address or IPv6 /64 network.", min=1, max=MAX_FORKS),
    ] = DEFAULT_PER_NETWORK
    fork_documents: Annotated[
        int,
        option("Most MB of documents that a link copies for such Macs; 0 for none.", min=0, max=10_000),
    ] = DEFAULT_DOCUMENTS_MB
    idle_minutes: Annotated[
        float | None,
        option(
            "End when nobody has watched for so many minutes; the built-in Mac saves its state.",
            min=0.1,
            max=_MAX_IDLE_MINUTES,
        ),
    ] = None
    unused_minutes: Annotated[
        float | None,
        option(
            "End when nobody has used mouse or keyboard for so many minutes, though pages are open.",
            min=1.0,
            max=_MAX_IDLE_MINUTES,
        ),
    ] = None

    def __post_init__(self) -> None:
        self._ports  # noqa: B018  reports errors now, not when the server starts

    def options(
        self, server: ServerFlags, sound: SoundFlags, mac: MacFlags | None, states: Path | None
    ) -> ForkOptions | None:
        """Return how visitors' Macs are started; `states` is the folder of the Mac's states, if any."""
        if not self.forks:
            return None
        if mac is None or states is None:
            fail("--forks needs the built-in Mac, and a folder of its states.")
        values = {
            **_given(server, PASSED_ON),
            **_given(sound, tuple(each.name for each in fields(sound))),
            **_given(mac, MAC_PASSED_ON),
        }
        folder = states / "forks"
        return ForkOptions(
            self.forks,
            folder,
            IdleRules(self.fork_minutes, self.fork_unused_minutes),
            self._ports,
            self.fork_memory,
            self.forks_per_network,
            mac.documents_folder,
            self.fork_documents,
            values,
        )

    @property
    def idle_rules(self) -> IdleRules:
        """When this server ends because nobody uses it."""
        return IdleRules(self.idle_minutes, self.unused_minutes)

    @property
    def _ports(self) -> tuple[int, int] | None:
        try:
            return parse_ports(self.fork_ports) if self.fork_ports else None
        except MediaNetworkError as error:
            fail(f"--fork-ports: {error}.")


def _given(flags: Any, names: tuple[str, ...]) -> Mapping[str, SettingValue]:
    """Return the options that differ from their defaults, as moof.toml has them."""
    defaults = {each.name: each.default for each in fields(flags)}
    values = {name: getattr(flags, name) for name in names}
    return {
        name: str(value.absolute()) if isinstance(value, Path) else value
        for name, value in values.items()
        if value is not None and value != defaults[name]
    }
