"""call: one tool, called from the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run
from tests.cli.shop import on_a_terminal, options, write
from tests.upstream_server import Answer, Upstream

Call = Callable[..., Ran]
SECRET = "s3cret-token"


@pytest.fixture
def call(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> Call:
    """Call a tool of the shop, which lives at ``upstream``."""
    monkeypatch.setenv("SHOP_ACCESS_TOKEN", SECRET)
    chosen = (*options(write(tmp_path)), "--upstream", f"shop={upstream.url}")
    return lambda name, *words: run("call", name, *words, *chosen)


@pytest.fixture
def dry(run: Run, tmp_path: Path) -> Call:
    """Call a tool of the shop without sending anything."""
    chosen = options(write(tmp_path))
    return lambda name, *words: run("call", name, *words, *chosen, "--dry-run")


class TestArguments:
    @pytest.mark.parametrize(
        ("pair", "sent"),
        [
            ("count=3", {"count": 3}),
            ("count=12345678901234567890", {"count": 12345678901234567890}),
            ("gift=true", {"gift": True}),
            ("sizes=[1, 2]", {"sizes": [1, 2]}),
            ('address={"city": "Köln"}', {"address": {"city": "Köln"}}),
            ("note=null", {"note": None}),
            ("note=12", {"note": "12"}),
            ("note=plain text", {"note": "plain text"}),
            ("note=", {"note": ""}),
            ("note=a=b", {"note": "a=b"}),
        ],
    )
    def test_a_value_is_json_where_the_argument_takes_that(
        self, call: Call, upstream: Upstream, pair: str, sent: dict[str, Any]
    ) -> None:
        assert call("shop_create_order", "item=12", pair).code == 0
        assert upstream.only.json == {"item": "12", **sent}

    @pytest.mark.parametrize("text", ["12", "true", "null", '"quoted"', "[1]", "{}", "1e3"])
    def test_text_stands_as_it_is_for_an_argument_of_text(self, call: Call, upstream: Upstream, text: str) -> None:
        assert call("shop_list_orders", f"status={text}").code == 0
        assert upstream.only.pairs == [("status", text)]

    def test_args_are_one_json_object_and_pairs_go_before_it(self, call: Call, upstream: Upstream) -> None:
        assert call("shop_create_order", "count=2", "--args", '{"item": "cup", "count": 1}').code == 0
        assert upstream.only.json == {"item": "cup", "count": 2}

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("page=abc",), 1, "shop_list_orders: argument 'page': \"abc\" (string) is not an integer"),
            (("page=NaN",), 1, "shop_list_orders: argument 'page': \"NaN\" (string) is not an integer"),
            (("pge=1",), 1, "shop_list_orders: unknown argument 'pge'; did you mean 'page'?"),
            (("page",), 2, "'page': give arguments as KEY=VALUE"),
            (("=1",), 2, "'=1': give arguments as KEY=VALUE"),
            (("page=1", "page=2"), 2, "'page' is given twice; several values are one JSON array:"),
            (("--args", "{bad"), 2, "--args: not JSON: Expecting property name enclosed in double quotes at column 2"),
            (("--args", '{"page": NaN}'), 2, "--args: not JSON: NaN is no JSON number"),
            (("--args", "[" * 200_000), 2, "--args: not JSON: "),
            (("--args", "[1]"), 2, "--args: give one JSON object, such as '{\"max\": 5}'"),
        ],
    )
    def test_mistakes_are_one_sentence_and_nothing_is_sent(
        self, call: Call, upstream: Upstream, words: tuple[str, ...], code: int, said: str
    ) -> None:
        ran = call("shop_list_orders", *words)
        assert (ran.code, ran.out) == (code, "")
        assert ran.err.startswith(f"error: {said}")
        assert ran.err.count("\n") == 1
        assert upstream.requests == []

    def test_a_missing_argument_is_named(self, call: Call) -> None:
        assert call("shop_delete_order").err == ("error: shop_delete_order: argument 'orderId' is required (string)\n")

    def test_bytes_that_are_no_utf_8_are_no_traceback(self, call: Call, upstream: Upstream) -> None:
        ran = call("shop_list_orders", "status=\udcff")
        assert ran.code == 1
        assert ran.err.startswith("error: ")
        assert upstream.requests == []


class TestAnswers:
    def test_the_token_of_the_environment_is_sent_and_the_body_printed(self, call: Call, upstream: Upstream) -> None:
        upstream.answers(200, {"name": "Größe", "id": 2**60})
        ran = call("shop_list_orders", "page=2")
        assert (ran.code, ran.json, ran.err) == (0, {"name": "Größe", "id": 2**60}, "")
        assert upstream.only.token == SECRET
        assert upstream.only.raw_path == "/v1/orders"

    def test_the_next_page_and_notices_go_to_stderr(self, call: Call, upstream: Upstream) -> None:
        upstream.answers(200, {"links": {"next": "/v1/orders?page=2"}})
        assert call("shop_list_orders", "status=open").err == 'there is more: {"status": "open", "page": 2}\n'

    def test_an_answer_without_a_body_prints_nothing_on_stdout(self, call: Call, upstream: Upstream) -> None:
        upstream.answers(204)
        ran = call("shop_delete_order", "orderId=o1", "--yes")
        assert (ran.code, ran.out, ran.err) == (0, "", "done; there is nothing to return\n")

    def test_text_is_printed_as_it_is(self, call: Call, upstream: Upstream) -> None:
        upstream.answers(200, b"a,b\n1,2", content_type="text/csv")
        assert call("shop_list_orders").out == "a,b\n1,2\n"

    def test_json_is_the_whole_structured_content(self, call: Call, upstream: Upstream) -> None:
        upstream.answers(200, {"id": 1}, trackingid="T1")
        assert call("shop_list_orders", "--json").json == {"status_code": 200, "body": {"id": 1}, "tracking_id": "T1"}

    def test_an_error_of_the_vendor_is_its_words_on_stderr_and_the_code_is_1(
        self, call: Call, upstream: Upstream
    ) -> None:
        upstream.answers(404, {"code": 300, "message": "No such order"})
        ran = call("shop_list_orders")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("error: 404 Not Found: No such order")

    def test_an_error_of_the_vendor_as_json_has_status_body_and_words(self, call: Call, upstream: Upstream) -> None:
        upstream.answers(404, {"code": 300, "message": "No such order"})
        ran = call("shop_list_orders", "--json")
        assert (ran.code, ran.err) == (1, "")
        assert (ran.json["status_code"], ran.json["body"]["code"]) == (404, 300)
        assert "No such order" in ran.json["error"]

    @pytest.mark.parametrize("words", [("page=abc",), ("--args", "{bad"), ("nonsense",)])
    def test_every_mistake_is_json_with_json(self, call: Call, words: tuple[str, ...]) -> None:
        ran = call("shop_list_orders", *words, "--json")
        assert ran.code in (1, 2)
        assert list(ran.json) == ["error"]
        assert ran.err == ""

    def test_without_a_token_the_variable_is_named(
        self, call: Call, monkeypatch: pytest.MonkeyPatch, upstream: Upstream
    ) -> None:
        monkeypatch.delenv("SHOP_ACCESS_TOKEN")
        ran = call("shop_list_orders")
        assert ran.code == 1
        assert "SHOP_ACCESS_TOKEN" in ran.err
        assert upstream.requests == []

    def test_the_sandbox_answers_without_a_token(self, run: Run, tmp_path: Path) -> None:
        ran = run("call", "shop_list_orders", "--sandbox", *options(write(tmp_path)))
        assert (ran.code, ran.json) == (0, {"id": "o1"})

    def test_sandbox_and_upstream_exclude_each_other(self, call: Call) -> None:
        assert call("shop_list_orders", "--sandbox").code == 2


class TestPatience:
    def test_a_wait_is_told_on_stderr_and_in_the_json(self, call: Call, upstream: Upstream) -> None:
        upstream.answer = lambda _: Answer() if upstream.requests else Answer(429, headers={"retry-after": "0.02"})
        ran = call("shop_list_orders", "--json")
        assert (ran.code, ran.json["attempts"]) == (0, 2)
        assert ran.err.startswith("waiting for 127.0.0.1:")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--retries", "0"), "error: 429 Too Many Requests. Retry-After: 9."),
            (("--max-wait", "5"), "Tried 1 time; it would have to wait 9 s, and a call waits 5 s at most."),
            (("--timeout", "5"), "Tried 1 time; it would have to wait 9 s, "),
        ],
    )
    def test_patience_has_its_limits(self, call: Call, upstream: Upstream, words: tuple[str, str], said: str) -> None:
        upstream.answers(429, b"", retry_after="9")
        ran = call("shop_list_orders", *words)
        assert ran.code == 1
        assert said in ran.err
        assert len(upstream.requests) == 1

    def test_all_pages_are_fetched_and_their_number_told(self, call: Call, upstream: Upstream) -> None:
        link = {"link": "<?page=2>; rel=next"}
        upstream.answer = lambda _: Answer(body=[1], headers={} if upstream.requests else link)
        ran = call("shop_list_orders", "_all_pages=true", "--json")
        assert ran.code == 0, ran
        assert (ran.json["body"], ran.json["pages"]) == ([1, 1], 2)
        assert ran.err.splitlines() == ["1 items of 1 pages"]


class TestFiles:
    def test_a_file_of_a_folder_is_sent_by_its_path(self, call: Call, upstream: Upstream, tmp_path: Path) -> None:
        picture = tmp_path.resolve() / "cup.png"
        picture.write_bytes(b"\x89PNG")
        words = ("shop_set_picture", "orderId=o1", f"picture={picture}")
        assert call(*words, "--files-dir", tmp_path).code == 0
        assert b'filename="cup.png"\r\nContent-Type: image/png\r\n' in upstream.only.body
        upstream.reset()
        ran = call(*words)
        assert ran.code == 1
        assert ran.err.startswith("error: argument 'picture': no files are read from the disk; with --files-dir FOLDER")
        assert upstream.requests == []

    def test_an_answer_that_is_a_file_is_saved_however_small_it_is(
        self, call: Call, upstream: Upstream, tmp_path: Path
    ) -> None:
        upstream.answers(200, b"%PDF\xff", content_type="application/pdf")
        folder = tmp_path / "answers"
        folder.mkdir()
        ran = call("shop_list_orders", "--files-dir", folder)
        saved = folder.resolve() / "shop_list_orders.pdf"
        assert (ran.code, ran.out) == (0, "")
        assert ran.err == f"the body is a file: application/pdf, 5 bytes, saved as {saved}\n"
        assert saved.read_bytes() == b"%PDF\xff"

    def test_without_a_folder_the_error_says_how_to_have_it(self, call: Call, upstream: Upstream) -> None:
        upstream.answers(200, b"%PDF\xff", content_type="application/pdf")
        ran = call("shop_list_orders")
        assert (ran.code, ran.out) == (1, "")
        assert "(application/pdf, 5 bytes)" in ran.err
        assert "--files-dir FOLDER" in ran.err

    def test_a_folder_that_is_not_there_ends_with_2(self, call: Call) -> None:
        ran = call("shop_list_orders", "--files-dir", "nowhere")
        assert (ran.code, ran.err) == (2, "error: --files-dir nowhere: no such folder\n")


class TestCheckRequests:
    @pytest.fixture
    def odd(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> Call:
        """Call a tool of the shop whose overrides send what the document does not allow."""
        monkeypatch.setenv("SHOP_ACCESS_TOKEN", SECRET)
        overrides = tmp_path / "odd.yaml"
        overrides.write_text(
            "shop:\n  tools:\n    createOrder:\n      parameters:\n        count: {hide: true, value: many}\n", "utf-8"
        )
        chosen = ("--spec", write(tmp_path), "--overrides", overrides, "--upstream", f"shop={upstream.url}")
        return lambda *words: run("call", "shop_create_order", "item=cup", *words, *chosen)

    @pytest.mark.parametrize("words", [(), ("--check-requests", "all"), ("--dry-run",)])
    def test_a_request_that_does_not_fit_is_not_sent(
        self, odd: Call, upstream: Upstream, words: tuple[str, ...]
    ) -> None:
        ran = odd(*words)
        assert ran.code == 1
        assert "the request does not fit the document: body property 'count' must be an integer" in ran.err
        assert upstream.requests == []

    def test_the_check_can_be_turned_off(self, odd: Call, upstream: Upstream) -> None:
        assert odd("--check-requests", "off").code == 0
        assert upstream.only.json == {"item": "cup", "count": "many"}


def test_a_result_is_printed_whole(call: Call, upstream: Upstream) -> None:
    numbers = list(range(100_000))
    upstream.answers(200, numbers)
    assert call("shop_list_orders").json == numbers


class TestDryRun:
    def test_the_request_is_printed_with_the_token_masked(self, dry: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SHOP_ACCESS_TOKEN", SECRET)
        ran = dry("shop_list_orders", "status=a b&c", "page=2")
        assert ran.code == 0
        assert ran.lines[1] == "Authorization: Bearer ***"
        assert set(ran.lines[0].partition("?")[2].split("&")) in (
            {"page=2", "status=a+b%26c"},
            {"page=2", "status=a%20b%26c"},
        )
        assert SECRET not in ran.out + ran.err

    def test_a_json_body_is_shown_indented(self, dry: Call) -> None:
        assert dry("shop_create_order", "item=cup").lines == [
            "POST https://api.shop.example/v1/orders",
            "Authorization: Bearer ***",
            "content-type: application/json",
            "",
            "{",
            '  "item": "cup"',
            "}",
        ]

    def test_a_multipart_body_is_shown_part_by_part(self, dry: Call) -> None:
        ran = dry("shop_set_picture", "orderId=o1", "picture=data:image/png;base64,iVBORw0KGgo=")
        assert ran.lines[0] == "PUT https://api.shop.example/v1/orders/o1/picture"
        assert any(line.startswith("content-type: multipart/form-data; boundary=") for line in ran.lines)
        assert 'Content-Disposition: form-data; name="picture"; filename="picture.png"' in ran.lines
        assert "Content-Type: image/png" in ran.lines
        assert "\\x89PNG" in ran.out

    def test_a_destructive_call_is_not_asked_about(self, dry: Call) -> None:
        ran = dry("shop_delete_order", "orderId=a/b")
        assert (ran.code, ran.lines[0]) == (0, "DELETE https://api.shop.example/v1/orders/a%2Fb")

    def test_another_upstream_is_shown(self, dry: Call) -> None:
        ran = dry("shop_list_orders", "--upstream", "shop=http://127.0.0.1:9000")
        assert ran.lines[0] == "GET http://127.0.0.1:9000/v1/orders"


class TestDestructiveCalls:
    def test_without_a_terminal_they_need_yes(self, call: Call, upstream: Upstream) -> None:
        ran = call("shop_delete_order", "orderId=o1")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "error: shop_delete_order is destructive: give --yes to call it without being asked\n"
        assert upstream.requests == []

    def test_wrong_arguments_are_told_before_anything_is_asked(self, call: Call) -> None:
        assert "unknown argument 'orderid'" in call("shop_delete_order", "orderid=o1").err

    def test_with_yes_they_are_called(self, call: Call, upstream: Upstream) -> None:
        assert call("shop_delete_order", "orderId=o1", "--yes").code == 0
        assert upstream.only.method == "DELETE"

    @pytest.mark.parametrize(("types", "code", "sent"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0)])
    def test_on_a_terminal_they_ask(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        upstream: Upstream,
        types: str,
        code: int,
        sent: int,
    ) -> None:
        monkeypatch.setenv("SHOP_ACCESS_TOKEN", SECRET)
        words = ("call", "shop_delete_order", "orderId=o1", "--upstream", f"shop={upstream.url}")
        ended, seen = on_a_terminal(*words, *options(write(tmp_path)), types=types)
        assert 'Delete an order (DELETE /orders/{orderId}) with {"orderId": "o1"}: really? [y/N]:' in seen
        assert (ended, len(upstream.requests)) == (code, sent)
        assert ("nothing was sent" in seen) is (not sent)
