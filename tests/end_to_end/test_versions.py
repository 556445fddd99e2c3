"""OpenAPI 3.0, 3.1 and 3.2 of one API, given as files, called by a real client: the same requests leave."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.clients import STDIO_WAYS, started, structured
from tests.program import environ, serve_command
from tests.upstream_server import Answer, Upstream

HEAD = """\
openapi: {version}
info: {{title: Things, version: "1"}}
servers: [{{url: https://things.invalid/api}}]
"""

V30 = """\
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: kind, in: query, required: true, schema: {type: string, enum: [a, b]}}
        - {name: max, in: query, schema: {type: integer, minimum: 0, exclusiveMinimum: true}}
      responses: {"200": {description: The things.}}
    post:
      operationId: createThing
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: {name: {type: string}, note: {type: string, nullable: true}}
      responses: {"201": {description: The thing.}}
"""

V31 = V30.replace("{type: string, nullable: true}", '{type: [string, "null"]}')
V31 = V31.replace("minimum: 0, exclusiveMinimum: true", "exclusiveMinimum: 0")

V32 = """\
$self: https://things.invalid/openapi.yaml
tags: [{name: things, kind: nav}, {name: parts, parent: things}]
paths:
  /things:
    query: {operationId: queryThings, responses: {"200": {summary: Found.}}}
    additionalOperations: {LINK: {operationId: linkThings, responses: {"204": {}}}}
    get:
      operationId: listThings
      tags: [parts]
      parameters:
        - name: filter
          in: querystring
          content:
            application/x-www-form-urlencoded:
              schema:
                type: object
                required: [kind]
                properties: {kind: {enum: [a, b]}, max: {type: integer, exclusiveMinimum: 0}}
      responses: {"200": {summary: The things., content: {application/json: {$ref: "#/components/mediaTypes/Thing"}}}}
    post:
      operationId: createThing
      requestBody:
        required: true
        content: {application/json: {$ref: "#/components/mediaTypes/Thing"}}
      responses: {"201": {content: {application/json: {$ref: "#/components/mediaTypes/Thing"}}}}
components:
  mediaTypes:
    Thing: {schema: {$ref: "https://things.invalid/openapi.yaml#/components/schemas/Thing"}}
  schemas:
    Thing: {type: object, required: [name], properties: {name: {type: string}, note: {type: [string, "null"]}}}
"""

QUERY = [("kind", "a"), ("max", "3")]
VERSIONS = {"v30": ("3.0.4", V30), "v31": ("3.1.1", V31), "v32": ("3.2.0", V32)}


async def test_every_version_is_served_alike(upstream: Upstream, tmp_path: Path) -> None:
    upstream.answer = lambda request: Answer(200, {"name": request.method})
    arguments = ["--overrides", "/dev/null"]
    for name, (version, text) in VERSIONS.items():
        (tmp_path / f"{name}.yaml").write_text(HEAD.format(version=version) + text, "utf-8")
        arguments += ["--spec", f"{name}.yaml", "--upstream", f"{name}={upstream.url}"]
    variables = environ(tmp_path, {f"{name.upper()}_ACCESS_TOKEN": "any" for name in VERSIONS})
    with (tmp_path / "log").open("w") as log:
        async with started(STDIO_WAYS[0], serve_command(*arguments), tmp_path, variables, log) as caller:
            names = await caller.names()
            for name in VERSIONS:
                listed = await caller.call(f"{name}_list_things", {"kind": "a", "max": 3})
                created = await caller.call(f"{name}_create_thing", {"name": "x", "note": None})
                assert structured(listed)["body"] == {"name": "GET"}
                assert structured(created)["body"] == {"name": "POST"}
                assert (await caller.call(f"{name}_list_things", {"kind": "a", "max": 0})).is_error
                assert (await caller.call(f"{name}_list_things", {"max": 1})).is_error
    assert sorted(names) == [f"{name}_{tool}" for name in VERSIONS for tool in ("create_thing", "list_things")]
    assert len(upstream.requests) == 2 * len(VERSIONS)
    for get, post in zip(upstream.requests[::2], upstream.requests[1::2], strict=True):
        assert (get.method, get.raw_path, get.pairs, get.body) == ("GET", "/api/things", QUERY, b"")
        assert (post.method, post.raw_path, post.json) == ("POST", "/api/things", {"name": "x", "note": None})
