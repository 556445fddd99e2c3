"""Operation -> an OpenAPI 3.1 document of that one operation, standing alone."""

from __future__ import annotations

from bridge.spec.document import JsonObject
from bridge.spec.operation import Body, Operation, Parameter
from bridge.spec.response import Response, responses_of

VERSION = "3.1.0"
"""Whatever version a document has: FastMCP and openapi-core do not know 3.2."""

STYLES = frozenset({"matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"})
"""OpenAPI 3.1, section 4.8.12.3. For others, such as ``cookie`` of 3.2, the default holds."""


def operation_document(operation: Operation, *, free_body: bool = False, with_responses: bool = False) -> JsonObject:
    """Return a document that holds one operation, its server and nothing else; no references.

    Args:
        operation: the operation.
        free_body: declare the body without a schema, for a request builder that is handed the body ready made.
        with_responses: declare the responses too, else only a ``default`` one.
    """
    declared: JsonObject = {
        "operationId": "operation",
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {"default": {"description": ""}},
    }
    if operation.body is not None:
        declared["requestBody"] = _body(operation.body, free_body=free_body)
    if with_responses:
        declared["responses"] = {entry.status: _response(entry) for entry in responses_of(operation)}
    return {
        "openapi": VERSION,
        "info": {"title": operation.key, "version": "1"},
        "servers": [{"url": operation.base_url or "/"}],
        "paths": {operation.path: {operation.method.lower(): declared}},
    }


def _parameter(parameter: Parameter) -> JsonObject:
    declared: JsonObject = {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.required,
    }
    if parameter.json:
        declared["content"] = {"application/json": {"schema": parameter.schema}}
        return declared
    declared["schema"] = parameter.schema
    if parameter.style in STYLES:
        declared["style"] = parameter.style
    if parameter.explode is not None:
        declared["explode"] = parameter.explode
    return declared


def _body(body: Body, *, free_body: bool) -> JsonObject:
    media: JsonObject = {"schema": {} if free_body else body.schema}
    if body.encoding:
        media["encoding"] = body.encoding
    return {"required": body.required, "content": {body.media_type: media}}


def _response(response: Response) -> JsonObject:
    content = {name: {"schema": media.schema} for name, media in response.content.items()}
    return {"description": response.description, **({"content": content} if content else {})}
