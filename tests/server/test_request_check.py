"""Requests checked against the vendor's document before they leave."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from bridge.catalogue.overrides import ParameterOverride
from bridge.catalogue.overrides_nodes import Place
from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError
from bridge.server.request_check import CheckRequests, RequestCheck
from bridge.upstream.client import OutgoingRequest
from tests.documents import operation
from tests.tools import body, parameter, spec_of

LIMITED = parameter("max", schema={"type": "integer", "maximum": 10})
THING = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
}


def request(method: str = "POST", content: bytes = b"", query: str = "") -> OutgoingRequest:
    headers = {"content-type": "application/json"} if content else {}
    return OutgoingRequest(method, f"https://api.acme.example/v1/things{query}", headers, content)


def writing(**more: Any) -> ToolSpec:
    return spec_of(operation("POST", parameters=[LIMITED], requestBody=body(THING)), **more)


def refusal(spec: ToolSpec, sent: OutgoingRequest, which: CheckRequests = CheckRequests.WRITES) -> str:
    with pytest.raises(ArgumentError) as refused:
        RequestCheck(spec, which).check(sent)
    return str(refused.value)


def test_what_fits_goes_through() -> None:
    check = RequestCheck(writing(), CheckRequests.WRITES)
    for content in (b'{"name": "a"}', b'{"name": "b", "size": 3, "more": null}'):
        check.check(request(content=content, query="?max=10"))


def test_each_mistake_names_its_argument() -> None:
    assert refusal(writing(), request(content=b'{"size": "big"}', query="?max=11")) == (
        "acme_do: nothing was sent, the request does not fit the document: "
        "argument 'max': query parameter 'max': 11 is greater than the maximum of 10; "
        "argument 'size': body property 'size' must be an integer; "
        "argument 'name': body property 'name' is required"
    )


def test_the_argument_is_named_as_the_caller_knows_it() -> None:
    place = Place("overrides.yaml", 1, 1)
    overrides = {"max": ParameterOverride(place, name="limit"), "size": ParameterOverride(place, hide=True, value="x")}
    said = refusal(writing(parameters=overrides), request(content=b'{"name": "a", "size": "x"}', query="?max=11"))
    assert "argument 'limit': query parameter 'max'" in said
    assert "; body property 'size' must be an integer" in said


@pytest.mark.parametrize(
    ("which", "method", "checked"),
    [
        (CheckRequests.WRITES, "GET", False),
        (CheckRequests.WRITES, "HEAD", False),
        (CheckRequests.WRITES, "DELETE", True),
        (CheckRequests.WRITES, "PATCH", True),
        (CheckRequests.ALL, "GET", True),
        (CheckRequests.OFF, "POST", False),
    ],
)
def test_the_option_says_which_requests_are_checked(which: CheckRequests, method: str, checked: bool) -> None:
    spec = spec_of(operation(method, parameters=[LIMITED]))
    sent = request(method, query="?max=11")
    if checked:
        assert "'max'" in refusal(spec, sent, which)
    else:
        RequestCheck(spec, which).check(sent)


def test_what_checks_is_imported_with_the_first_request() -> None:
    program = "import bridge.server.tool, bridge.cli, sys; print('openapi_core' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert re.fullmatch(r"False\s*", ran.stdout)
