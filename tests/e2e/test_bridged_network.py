"""Viewers of a Mac behind address translation, as in a container of a bridged network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

SUPPORT = Path(__file__).parents[1] / "support"


def test_two_viewers_get_their_pictures_through_one_forwarded_udp_port() -> None:
    """The router forwards its port 9000 to 8080: the candidates have the address and port of the page."""
    viewers = subprocess.run(
        [SUPPORT / "bridged_network.sh", sys.executable, SUPPORT / "bridged_viewers.py"],
        env={**os.environ, "PYTHONPATH": str(SUPPORT.parent)},
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(viewers.stdout.splitlines()[-1])
    assert [(each["connected"], each["picture"], each["remote"]) for each in found] == [
        (True, True, "192.168.77.1:9000")
    ] * 2
