import json

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from moof.sentence import Sentence
from moof.server.http.problems import MEDIA_TYPE, install, problem, problem_responses


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    install(app)

    @app.get("/number", responses=problem_responses(409))
    async def number(value: int) -> int:
        if value < 0:
            raise HTTPException(409, "It is below 0.", {"retry-after": "1"})
        return value

    return app


async def get(app: FastAPI, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        return await client.get(path)


def test_problem_is_a_response() -> None:
    response = problem(413, "Too long.", {"x-a": "b"})
    assert (response.status_code, response.media_type, response.headers["x-a"]) == (413, MEDIA_TYPE, "b")
    body = json.loads(bytes(response.body))
    assert body["type"] == "about:blank"
    assert (body["status"], body["detail"]) == (413, "Too long.")


def test_a_sentence_keeps_its_values() -> None:
    inner = Sentence("It is {found}.", found="none")
    body = json.loads(bytes(problem(409, Sentence("{disk}: {what}", disk="a", what=inner)).body))
    assert body["detail"] == "a: It is none."
    assert body["sentence"] == "{disk}: {what}"
    assert body["values"] == {
        "disk": "a",
        "what": {"sentence": "It is {found}.", "values": {"found": "none"}},
    }
    assert "sentence" not in json.loads(bytes(problem(409, "Plain.").body))


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/number?value=-1", 409, "It is below 0."),
        ("/number?value=x", 422, "query.value: "),
        ("/nothing", 404, "Not Found"),
    ],
)
async def test_every_error_is_a_problem(app: FastAPI, path: str, status: int, detail: str) -> None:
    response = await get(app, path)
    assert (response.status_code, response.headers["content-type"]) == (status, MEDIA_TYPE)
    assert response.json()["detail"].startswith(detail)


async def test_headers_of_an_error_are_kept(app: FastAPI) -> None:
    assert (await get(app, "/number?value=-1")).headers["retry-after"] == "1"


def test_schema_describes_problems_alone(app: FastAPI) -> None:
    schema = app.openapi()
    assert "Problem" in schema["components"]["schemas"]
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    responses = schema["paths"]["/number"]["get"]["responses"]
    assert list(responses["409"]["content"]) == [MEDIA_TYPE]
