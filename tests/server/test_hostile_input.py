"""Arguments, headers and tokens that mean harm: they stay values, or are refused before anything is sent."""

from __future__ import annotations

import json
import math
from typing import Any
from urllib.parse import unquote

import pytest
from fastmcp.tools.base import ToolResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from bridge.errors import BridgeError, TokenError
from bridge.server.access import caller_tokens
from bridge.server.tool import BridgeTool, Upstream
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from tests.documents import ACME, operation
from tests.tools import SECRET, OneToken, body, parameter, spec_of, text_of
from tests.upstream_server import Upstream as Vendor

MEGABYTE = "x" * 1_000_000
ATTACKS = [
    *(
        "../../admin",
        "..",
        ".",
        "%2e%2e%2f",
        "..%2Fadmin",
        "a/../b",
        "a\\..\\b",
        "//evil.example",
        "/",
        "?a=1",
        "#x",
        ";b",
    ),
    *("https://evil.example/", "http://127.0.0.1:1/", "@evil.example", ":80", "//user@evil.example/x", "a\tb"),
    *(
        "a\r\nX-Injected: 1",
        "a\nb",
        "a\rb",
        "a\x00b",
        "\x7f",
        "\u2028",
        "\ufeff",
        "é",
        "😀",
        " ",
        "",
        "{id}",
        "%",
        "%zz",
    ),
    *("\r\n\r\nGET /admin HTTP/1.1\r\nHost: x", "Bearer x", "null", "\u202egnp.exe", MEGABYTE),
]
TEXT = st.sampled_from(ATTACKS) | st.text(max_size=40) | st.text("./%\\?#@:\r\n\x00 a", max_size=20)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["\ud800", "a\udfff"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
PARAMETERS = [
    parameter("id", "path"),
    parameter("q"),
    parameter("tags", schema={"type": "array", "items": {"type": "string"}}),
    parameter("hint", "header"),
]
BODY = body({"type": "object", "properties": {"name": {}, "size": {"type": "number"}}})
SPEC = spec_of(operation("PUT", "/things/{id}/parts", parameters=PARAMETERS, requestBody=BODY))
HOST = "https://api.acme.example"
BEFORE, AFTER = f"{HOST}/v1/things/", "/parts"


@pytest.fixture(scope="module")
def tool() -> BridgeTool:
    """Return a tool with an argument in every place."""
    return BridgeTool(SPEC, Upstream(UpstreamClient(), OneToken()))


def built(tool: BridgeTool, arguments: dict[str, Any]) -> OutgoingRequest | None:
    """Return the request that the arguments make, as a dry run builds it; None where they are refused in words."""
    try:
        return tool.prepare(arguments)
    except BridgeError as error:
        said = str(error)
    assert "\x00" not in said
    assert len(said) < 20_000
    return None


def check(request: OutgoingRequest, path_value: Any) -> None:
    """Hold that a request goes to its own operation, and has no header that is not its own."""
    path, _, _ = request.url.partition("?")
    assert path.startswith(BEFORE)
    assert path.endswith(AFTER)
    segment = path.removeprefix(BEFORE).removesuffix(AFTER)
    assert "/" not in segment
    assert segment not in ("", ".", "..")
    assert unquote(segment) == path_value
    assert request.url.isascii()
    assert not set(request.url) & set("\r\n\t \\#\x00")
    assert {name.lower() for name in request.headers} <= {"hint", "content-type"}
    for value in request.headers.values():
        assert value.isprintable()
    if request.content:
        json.loads(request.content, parse_constant=pytest.fail)


@pytest.mark.parametrize("value", ATTACKS, ids=lambda value: ascii(value)[:24])
@pytest.mark.parametrize("place", ["id", "q", "tags", "hint", "name"])
def test_an_attack_in_any_place_is_a_value_or_refused(tool: BridgeTool, place: str, value: str) -> None:
    arguments: dict[str, Any] = {"id": "1", place: [value] if place == "tags" else value}
    request = built(tool, arguments)
    if request is not None:
        check(request, arguments["id"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries({"id": ANY}, optional={"q": ANY, "tags": ANY, "hint": ANY, "name": ANY, "size": ANY})
    | st.dictionaries(TEXT, ANY, max_size=3)
)
def test_whatever_is_given_the_request_stays_with_its_operation(arguments: dict[str, Any]) -> None:
    request = built(BridgeTool(SPEC, Upstream(UpstreamClient(), OneToken())), arguments)
    if request is not None:
        check(request, arguments["id"])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", ["size", "name"])
def test_what_is_no_json_number_is_refused(tool: BridgeTool, place: str, number: float) -> None:
    assert built(tool, {"id": "1", place: number}) is None
    assert built(tool, {"id": "1", "name": {"deep": [number]}}) is None


async def test_on_the_wire_an_attack_is_one_request_with_one_token(upstream: Vendor) -> None:
    async with UpstreamClient() as client:
        real = BridgeTool(SPEC, Upstream(client, OneToken(), {"acme": upstream.url}))
        for value in ATTACKS[:-1]:
            upstream.reset()
            result: ToolResult = await real.run({"id": value, "q": value, "name": value})
            if result.is_error:
                assert upstream.requests == [], text_of(result)
                continue
            request = upstream.only
            assert request.method == "PUT"
            assert request.raw_path.count("/") == 4
            assert request.token == SECRET
            assert request.pairs == [("q", value)]
            assert request.json == {"name": value}
            assert request.header("x-injected") is None


@given(st.binary(max_size=60) | st.sampled_from([b"a\r\nb", b"a\x00", b"a b", b"x" * 9000, b"", b"\xff", b"a,b"]))
def test_a_token_from_any_header_can_stand_in_a_header_or_is_refused_unquoted(value: bytes) -> None:
    headers = Headers(raw=[(b"x-acme-access-token", value)])
    try:
        token = caller_tokens(headers, [ACME])["acme"]
    except TokenError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert len(value) < 4 or value.decode("latin-1") not in said
        return
    assert token.reveal().encode("latin-1") == value
    assert all(0x21 <= byte <= 0x7E for byte in value)


@given(
    st.lists(st.tuples(st.sampled_from(["authorization", "x-acme-access-token"]), st.text("abBearer \t,", max_size=12)))
)
def test_any_mix_of_token_headers_is_one_token_or_none(pairs: list[tuple[str, str]]) -> None:
    headers = Headers(raw=[(name.encode(), value.encode()) for name, value in pairs])
    try:
        tokens = caller_tokens(headers, [ACME])
    except TokenError:
        return
    assert tokens.keys() <= {"acme"}
