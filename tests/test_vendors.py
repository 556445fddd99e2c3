from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import SpecFormatError
from bridge.vendors import BaseUrlRule, Vendor, official_vendors, vendor_of_file

SOURCES = """
acme:
  title: Acme
  token_header: x-acme-access-token
  token_variable: ACME_ACCESS_TOKEN
  url: https://docs.acme.example/{product}/{file}
  file: acme-{name}.json
  documents:
    - {name: shop, title: Acme Shop}
    - {name: depot, product: warehouse, title: Acme Depot, aliases: [store]}
  base_url:
    - {document: depot, path: /v2/**, url: "https://depot.acme.example/"}
    - {document: depot, url: "https://depot.acme.example/v1"}
    - {path: /identity/**, url: "https://acme.example"}
    - {url: "https://api.acme.example/v1"}
"""


@pytest.fixture
def acme(tmp_path: Path) -> Vendor:
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES, "utf-8")
    return official_vendors(path)["acme"]


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        ("depot", "/v2/shelves", "https://depot.acme.example"),
        ("depot", "/shelves", "https://depot.acme.example/v1"),
        ("depot", "/identity/me", "https://depot.acme.example/v1"),
        ("shop", "/identity/me", "https://acme.example"),
        ("shop", "/v2/carts", "https://api.acme.example/v1"),
        ("never heard of", "/x", "https://api.acme.example/v1"),
    ],
)
def test_the_first_rule_that_matches_gives_the_base_url(acme: Vendor, document: str, path: str, expected: str) -> None:
    assert acme.base_url(document, path) == expected


def test_without_a_matching_rule_there_is_no_base_url() -> None:
    rule = BaseUrlRule("https://acme.example", document="shop", path="/carts/**")
    vendor = Vendor("acme", "Acme", "x-acme-access-token", "ACME_ACCESS_TOKEN", base_urls=(rule,))
    assert vendor.base_url("shop", "/carts/{cartId}") == "https://acme.example"
    assert vendor.base_url("shop", "/orders") is None
    assert vendor.base_url("depot", "/carts") is None


def test_a_source_document_knows_its_file_and_address(acme: Vendor) -> None:
    shop, depot = acme.documents
    assert (shop.file, shop.url) == ("acme-shop.json", "https://docs.acme.example/shop/acme-shop.json")
    assert depot.url == "https://docs.acme.example/warehouse/acme-depot.json"


def test_a_document_is_found_by_name_and_by_alias(acme: Vendor) -> None:
    assert acme.source("depot") is acme.source("store")
    assert acme.source("acme-depot.json") is None


def test_documents_that_are_not_listed_rank_after_all_others(acme: Vendor) -> None:
    assert [acme.rank(name) for name in ("shop", "depot", "garage")] == [0, 1, 2]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "acme: 5",
        "acme: {title: Acme}",
        "acme: [",
        SOURCES.replace("title: Acme\n", ""),
        SOURCES.replace("{name: shop, title: Acme Shop}", "{title: Acme Shop}"),
        SOURCES.replace("- {path: /identity/**, url:", "- {glob: /identity/**, url:"),
        SOURCES.replace("acme-{name}.json", "acme-{oddity}.json"),
        SOURCES.replace("acme-{name}.json", "acme-{name.json"),
        SOURCES.replace("acme-{name}.json", "acme-{}.json"),
    ],
)
def test_a_file_of_another_shape_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(SpecFormatError, match=re.escape(f"{path}: not a file of document sources")):
        official_vendors(path)


def test_a_file_that_is_not_there_or_no_text_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SpecFormatError, match=r"none\.yaml: not a file of document sources"):
        official_vendors(tmp_path / "none.yaml")
    (tmp_path / "image.yaml").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(SpecFormatError, match=r"image\.yaml: not a file of document sources"):
        official_vendors(tmp_path / "image.yaml")


def test_the_shipped_sources_are_nine_webex_and_thirty_two_zoom_documents() -> None:
    vendors = official_vendors()
    assert {name: len(vendor.documents) for name, vendor in vendors.items()} == {"webex": 9, "zoom": 32}
    assert all(vendor.official for vendor in vendors.values())


@pytest.mark.parametrize(
    ("vendor", "document", "path", "expected"),
    [
        ("webex", "messaging", "/people", "https://webexapis.com/v1"),
        ("webex", "admin", "/v1/people", "https://webexapis.com"),
        ("webex", "admin", "/identity/scim/{orgId}/v2/Users", "https://webexapis.com"),
        ("webex", "cloud-calling", "/cdr_feed", "https://analytics-calling.webexapis.com/v1"),
        ("webex", "cloud-calling", "/cdr_stream", "https://analytics-calling.webexapis.com/v1"),
        ("webex", "meeting", "/meeting/qualities", "https://analytics.webexapis.com/v1"),
        ("webex", "contact-center", "/v2/auto-csat", "https://api.wxcc-us1.cisco.com"),
        ("webex", "contact-center", "/v1/tasks", "https://api.wxcc-us1.cisco.com"),
        ("zoom", "users", "/users/{userId}", "https://api.zoom.us/v2"),
        ("zoom", "clips", "/clips", "https://api.zoom.us/v2"),
        ("zoom", "scim2", "/scim2/Users", "https://api.zoom.us"),
    ],
)
def test_the_shipped_base_urls_are_those_of_the_vendors(vendor: str, document: str, path: str, expected: str) -> None:
    assert official_vendors()[vendor].base_url(document, path) == expected


def test_every_shipped_document_has_a_file_an_https_address_and_names_of_its_own() -> None:
    for vendor in official_vendors().values():
        names = [name for source in vendor.documents for name in (source.name, *source.aliases)]
        assert len(names) == len(set(names))
        assert len({source.file for source in vendor.documents}) == len(vendor.documents)
        assert all(source.url.startswith("https://") for source in vendor.documents)


@pytest.mark.parametrize(
    ("file", "name", "variable", "header"),
    [
        ("petstore.yaml", "petstore", "PETSTORE_ACCESS_TOKEN", "x-petstore-access-token"),
        ("Our API (v2).json", "our_api_v2", "OUR_API_V2_ACCESS_TOKEN", "x-our-api-v2-access-token"),
        ("3cx.json", "api_3cx", "API_3CX_ACCESS_TOKEN", "x-api-3cx-access-token"),
        ("日本.json", "api", "API_ACCESS_TOKEN", "x-api-access-token"),
    ],
)
def test_a_file_gives_its_vendor_a_name_a_variable_and_a_header(
    file: str, name: str, variable: str, header: str
) -> None:
    vendor = vendor_of_file(Path("somewhere") / file)
    assert (vendor.name, vendor.token_variable, vendor.token_header) == (name, variable, header)
    assert not vendor.official


@given(st.text(min_size=1, max_size=30).filter(lambda text: not set(text) & {"/", "\x00"} and text not in {".", ".."}))
def test_any_file_name_gives_names_that_shells_and_http_take(file: str) -> None:
    vendor = vendor_of_file(Path(file))
    assert re.fullmatch(r"[a-z][a-z0-9_]*", vendor.name)
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", vendor.token_variable)
    assert re.fullmatch(r"x-[a-z0-9-]+", vendor.token_header)
