"""The recordings that pages send during a capture."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from moof.capture.wavfile import read_wav
from moof.ipc import capture_path
from moof.server.http.capture_api import MAX_PAGES, capture_api
from support.api_client import api_client

SAMPLES = np.arange(-960, 960, dtype=np.int16).reshape(960, 2)
GOOD = "/api/capture?rate=48000&channels=2"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(capture_api(os.getpid)) as client:
        yield client


@pytest.fixture
def folder() -> Iterator[Path]:
    path = capture_path(os.getpid())
    path.mkdir(mode=0o700)
    yield path
    for file in path.iterdir():
        file.unlink()
    path.rmdir()


async def test_each_page_writes_a_file(client: httpx.AsyncClient, folder: Path) -> None:
    for name in ("page.wav", "page-2.wav"):
        answer = await client.post(GOOD, content=SAMPLES.tobytes())
        assert (answer.status_code, answer.json()) == (200, {"name": name, "frames": 960})
        assert np.array_equal(read_wav(folder / name).samples, SAMPLES)


async def test_nothing_is_written_without_a_capture(client: httpx.AsyncClient) -> None:
    answer = await client.post(GOOD, content=SAMPLES.tobytes())
    assert answer.status_code == 409
    assert "moof capture" in answer.json()["detail"]
    assert not capture_path(os.getpid()).exists()


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("rate=48000&channels=2", 3),
        ("rate=48000&channels=2", 0),
        ("rate=1&channels=2", 4),
        ("rate=48000&channels=3", 6),
        ("channels=1", 2),
    ],
)
async def test_invalid_recording_is_refused(
    client: httpx.AsyncClient, folder: Path, query: str, size: int
) -> None:
    assert (await client.post(f"/api/capture?{query}", content=bytes(size))).status_code == 422
    assert await asyncio.to_thread(lambda: list(folder.iterdir())) == []


async def test_number_of_recordings_is_limited(client: httpx.AsyncClient, folder: Path) -> None:
    for number in range(MAX_PAGES):
        (folder / f"page-{number}.wav").touch()
    assert (await client.post(GOOD, content=SAMPLES.tobytes())).status_code == 409
