from collections.abc import AsyncIterator

import pytest

from support.webrtc_pair import ConnectedPair, connected_pair


@pytest.fixture
async def pair() -> AsyncIterator[ConnectedPair]:
    async with connected_pair() as connected:
        yield connected
