from pathlib import Path

import httpx

from moof.server.auth.audit import AuditLog
from moof.server.http.macbinary_api import MEDIA_TYPE, macbinary_api
from moof.server.storage.documents_target import DocumentsTarget
from support.api_client import api_client


async def get(folder: DocumentsTarget | None, name: str) -> httpx.Response:
    async with api_client(macbinary_api(folder, AuditLog())) as client:
        return await client.get(f"/api/documents/{name}/macbinary")


async def test_a_document_is_a_macbinary_file(tmp_path: Path) -> None:
    (tmp_path / "Café").write_text("text")
    answer = await get(DocumentsTarget(tmp_path, 100), "Caf%C3%A9")
    assert (answer.status_code, len(answer.content)) == (200, 256)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''Caf%C3%A9.bin"
    assert answer.headers["content-length"] == "256"


async def test_a_document_that_is_not_there(tmp_path: Path) -> None:
    assert (await get(DocumentsTarget(tmp_path, 100), "a")).status_code == 404
    assert (await get(None, "a")).status_code == 404
