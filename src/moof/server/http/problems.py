"""Errors of the HTTP API as problem details (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from moof.sentence import Sentence

MEDIA_TYPE: Final = "application/problem+json"
_MAX_FINDINGS: Final = 5


class Problem(BaseModel):
    """An error; `detail` says what was wrong and what to do.

    Where it has values in it, `sentence` is the same with their names in braces, and `values` has them: each
    a text, or another sentence with its values.
    """

    type: str = "about:blank"
    title: str = Field(description="The HTTP status's phrase.")
    status: int
    detail: str = Field(description="A sentence for the user.")
    sentence: str | None = None
    values: dict[str, str | dict[str, Any]] | None = None


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response with a problem as its body."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    if isinstance(detail, Sentence):
        body.sentence, body.values = detail.sentence, values_json(detail)
    return JSONResponse(body.model_dump(exclude_none=True), status, headers, MEDIA_TYPE)


def values_json(sentence: Sentence) -> dict[str, str | dict[str, Any]]:
    """Return a sentence's values for JSON."""
    return {
        name: {"sentence": value.sentence, "values": values_json(value)}
        if isinstance(value, Sentence)
        else value
        for name, value in sentence.values.items()
    }


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return a route's `responses` for the schema: the problems with which it may answer."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Make `app` answer every error with problem details, and describe them in its schema.

    The handlers are coroutines: Starlette would run plain functions in another thread.
    """

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        return problem(error.status_code, error.detail, error.headers)

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        findings = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        return problem(422, "; ".join(findings[:_MAX_FINDINGS]))

    plain_schema = app.openapi

    def openapi() -> dict[str, Any]:
        schema = plain_schema()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = Problem.model_json_schema()
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
