"""Where the vendor is, and whose token goes there."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from bridge.catalogue.tool_spec import Catalogue
from bridge.cli.options import find_catalogue
from bridge.cli.running import Handling, environment, sandbox_hosts, upstream_hosts, upstream_of
from bridge.errors import OptionError, TokenError
from bridge.server.request_check import CheckRequests
from bridge.vendors import vendor_of_file
from tests.cli.shop import write

SHOP = vendor_of_file(Path("shop.json"))


@pytest.fixture
def shop(tmp_path: Path) -> Catalogue:
    return find_catalogue([str(write(tmp_path))], None, [Path("/dev/null")], cached=False).ready()


def test_the_option_goes_before_the_variable(shop: Catalogue) -> None:
    environ = {"BRIDGE_UPSTREAM_SHOP": "http://127.0.0.1:1"}
    assert upstream_hosts(shop, None, {}) == {}
    assert upstream_hosts(shop, None, environ) == {"shop": "http://127.0.0.1:1"}
    assert upstream_hosts(shop, ["shop=http://127.0.0.1:2"], environ) == {"shop": "http://127.0.0.1:2"}


@pytest.mark.parametrize(
    "text", ["zoom=http://127.0.0.1:1", "shop", "shop=ftp://127.0.0.1", "shop=http://127.0.0.1/v1"]
)
def test_an_upstream_that_cannot_be_used_is_quoted(shop: Catalogue, text: str) -> None:
    with pytest.raises(OptionError, match=rf"^--upstream '{text}': "):
        upstream_hosts(shop, [text], {})


def test_a_wrong_variable_is_named(shop: Catalogue) -> None:
    with pytest.raises(OptionError, match=r"^BRIDGE_UPSTREAM_SHOP "):
        upstream_hosts(shop, None, {"BRIDGE_UPSTREAM_SHOP": "nowhere"})


async def test_tokens_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_ACCESS_TOKEN", "s3cret")
    assert (await environment([SHOP], use_sandbox=False).token(SHOP)).reveal() == "s3cret"
    assert (await environment([SHOP], use_sandbox=True).token(SHOP)).reveal() == "s3cret"


async def test_the_sandbox_needs_no_token_and_a_vendor_does() -> None:
    assert (await environment([SHOP], use_sandbox=True).token(SHOP)).reveal() == "sandbox"
    with pytest.raises(TokenError, match="SHOP_ACCESS_TOKEN"):
        await environment([SHOP], use_sandbox=False).token(SHOP)


def test_the_sandbox_runs_while_the_block_runs(shop: Catalogue) -> None:
    with sandbox_hosts(shop, {}, use_sandbox=True) as reached:
        answer = httpx2.get(f"{reached.hosts['shop']}/v1/orders", headers={"Authorization": "Bearer any"})
        assert (answer.status_code, answer.json()) == (200, {"id": "o1"})
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{reached.hosts['shop']}/v1/orders")


def test_without_the_sandbox_the_hosts_stay_as_they_are(shop: Catalogue) -> None:
    with sandbox_hosts(shop, {"shop": "http://127.0.0.1:1"}, use_sandbox=False) as reached:
        assert reached.hosts == {"shop": "http://127.0.0.1:1"}
        reached.follow(shop)


def test_sandbox_and_upstream_exclude_each_other(shop: Catalogue) -> None:
    hosts = {"shop": "http://127.0.0.1:1"}
    with pytest.raises(OptionError, match="exclude each other"), sandbox_hosts(shop, hosts, use_sandbox=True):
        pytest.fail("the sandbox ran")


def test_calls_are_handled_as_the_options_say(tmp_path: Path) -> None:
    handling = Handling((tmp_path,), CheckRequests.ALL, max_characters=400, max_file_bytes=5)
    made = upstream_of(environment([SHOP], use_sandbox=True), {"shop": "http://127.0.0.1:1"}, handling)
    assert (made.files_dirs, made.check_requests) == ((tmp_path,), "all")
    assert (made.max_characters, made.max_file_bytes) == (400, 5)
    assert made.hosts == {"shop": "http://127.0.0.1:1"}
