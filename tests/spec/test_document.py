from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import SpecFormatError, SpecNotFoundError
from bridge.spec.document import Document, read_document
from tests.documents import JSON, NOBODY, document, reference

YAML = """
openapi: 3.0.3
info: {title: Pets, version: 1.0.0}
paths:
  /pets:
    get:
      responses:
        200: {description: All pets.}
"""


def read(path: Path, content: str) -> Document:
    path.write_text(content, "utf-8")
    return read_document(path, NOBODY, "pets", "file")


@pytest.mark.parametrize("name", ["pets.yaml", "pets.yml", "pets.json", "pets"])
def test_a_document_reads_the_same_from_yaml_and_json(tmp_path: Path, name: str) -> None:
    content: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1.0.0"},
        "paths": {"/pets": {"get": {"responses": {"200": {"description": "All pets."}}}}},
    }
    text = json.dumps(content) if name.endswith("json") else YAML
    found = read(tmp_path / name, text)
    assert found.content == content
    assert found.title == "Pets"


def test_json_is_read_whatever_the_file_is_called(tmp_path: Path) -> None:
    assert read(tmp_path / "pets.txt", '  {"openapi": "3.1.0", "paths": {}}').content["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "not an OpenAPI document: the top level is no object"),
        ("[]", "not an OpenAPI document: the top level is no object"),
        ("just words", "not an OpenAPI document: the top level is no object"),
        ("swagger: '2.0'\npaths: {}", "this is Swagger 2.0; OpenAPI 3.0, 3.1 or 3.2 is needed: convert it first"),
        ("paths: {}", "not an OpenAPI 3 document: `openapi` is None"),
        (
            "openapi: 3.0\npaths: {}",
            "not an OpenAPI 3 document: `openapi` is 3.0, not a version such as '3.0.3'; put it in",
        ),
        ("openapi: 3.3.0\npaths: {}", "OpenAPI '3.3.0' is not known; 3.0, 3.1 and 3.2 are read"),
        (f"openapi: '{'x' * 99}'\npaths: {{}}", f"`openapi` is '{'x' * 39}..., not a version"),
        ("openapi: 2.0.0\npaths: {}", "not an OpenAPI 3 document: `openapi` is '2.0.0'"),
        ("openapi: 3.0.3", "it has no `paths` object"),
        ("openapi: 3.0.3\npaths:", "it has no `paths` object"),
        ("openapi: 3.0.3\npaths: []", "it has no `paths` object"),
        ("openapi: [", "line 2, column 1: not YAML"),
    ],
)
def test_what_is_no_openapi_3_document_is_refused_by_name(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(SpecFormatError, match=f"^{re.escape(str(tmp_path))}.*{re.escape(sentence)}"):
        read(tmp_path / "pets.yaml", content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecNotFoundError, match=r"pets\.yaml: no such file"):
        read_document(tmp_path / "pets.yaml", NOBODY, "pets", "file")


def test_a_folder_cannot_be_read_as_a_document(tmp_path: Path) -> None:
    with pytest.raises(SpecNotFoundError, match="cannot be read: Is a directory"):
        read_document(tmp_path, NOBODY, "pets", "file")


def test_a_document_is_labelled_as_spec_takes_it() -> None:
    assert document(origin="official").label == "acme/shop"
    assert document(origin="core").label == "acme/shop"
    assert document(origin="file").label == "shop.json"


@pytest.mark.parametrize("info", [None, [], "Pets", {}, {"title": ""}])
def test_a_document_without_info_has_no_title(info: Any) -> None:
    assert document(info=info).title == ""


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("#/components/schemas/Cart", {"type": "object"}),
        ("#/paths/~1carts~1{cartId}/summary", "One cart"),
        ("#/paths/~1carts~1%7BcartId%7D/summary", "One cart"),
        ("#/tags/1/name", "orders"),
        ("#/x-odd/a~1b~0c", 1),
        ("#/x-odd/~01", 2),
        ("#/x-odd/100%25", 3),
    ],
)
def test_a_json_pointer_is_resolved(pointer: str, expected: Any) -> None:
    found = document(
        {"/carts/{cartId}": {"summary": "One cart"}},
        components={"schemas": {"Cart": {"type": "object"}}},
        tags=[{"name": "carts"}, {"name": "orders"}],
        extensions={"x-odd": {"a/b~c": 1, "~1": 2, "100%25": 3}},
    )
    assert found.resolve(pointer) == expected


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "#",
        "#components",
        "#/nothing",
        "#/tags/2",
        "#/tags/-1",
        "#/tags/²",
        "#/tags/" + "9" * 5000,
        "#/openapi/0",
        "other.yaml#/components/schemas/Cart",
        "https://acme.example/cart.json",
    ],
)
def test_a_reference_that_leads_nowhere_resolves_to_nothing(pointer: str) -> None:
    assert document(tags=[{"name": "carts"}, {"name": "orders"}]).resolve(pointer) is None


def test_references_are_followed_to_their_end() -> None:
    schemas = {"A": reference("B"), "B": reference("C"), "C": {"type": "string"}}
    assert document(components={"schemas": schemas}).follow(reference("A")) == {"type": "string"}


def test_what_is_followed_is_the_object_itself() -> None:
    found = document(components={"schemas": {"Cart": {"type": "object"}}})
    assert found.follow(reference("Cart")) is found.content["components"]["schemas"]["Cart"]
    plain = {"type": "string"}
    assert found.follow(plain) is plain


def test_references_that_lead_in_a_circle_lead_nowhere() -> None:
    schemas = {"A": reference("B"), "B": reference("A"), "Self": reference("Self")}
    found = document(components={"schemas": schemas})
    assert found.follow(reference("A")) == {}
    assert found.follow(reference("Self")) == {}


@given(JSON, st.text("#/~%01abtype$-", max_size=15))
def test_whatever_is_followed_is_an_object(node: Any, pointer: str) -> None:
    found = document(a=node)
    assert isinstance(found.follow(node), dict)
    assert isinstance(found.follow({"$ref": pointer}), dict)
    assert isinstance(found.follow({"$ref": f"#/a/{pointer}"}), dict)


def test_the_own_uri_of_a_document_is_no_way_out_of_it() -> None:
    found = document(
        components={"schemas": {"A": {"type": "string"}}}, extensions={"$self": "https://acme.example/a.yaml"}
    )
    assert found.resolve("https://acme.example/a.yaml#/components/schemas/A") == {"type": "string"}
    assert found.resolve("https://acme.example/b.yaml#/components/schemas/A") is None
