"""A call of one tool: checked, sent with the caller's token, and whatever comes back or goes wrong as a result."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from pathlib import Path
from typing import Any

import mcp_types
import pytest
import tenacity
from fastmcp import Client, FastMCP
from fastmcp.tools.base import ToolResult

from bridge.catalogue.overrides import UNSET, ParameterOverride
from bridge.catalogue.overrides_nodes import Place
from bridge.catalogue.permissions import Permissions
from bridge.catalogue.tool_spec import ToolSpec
from bridge.errors import ArgumentError, UpstreamError
from bridge.server.app import build_server
from bridge.server.live import LiveCatalogue
from bridge.server.request_check import CheckRequests
from bridge.server.tool import BridgeTool, Upstream
from bridge.upstream import retry
from bridge.upstream.client import UpstreamClient
from bridge.upstream.retry import Retry
from bridge.upstream.retry_decision import UNSURE
from bridge.upstream.retry_policy import RetryPolicy
from tests import upstream_server
from tests.documents import NOBODY, document, operation
from tests.faulty_server import Reply, faulty
from tests.tools import SECRET, NoTokens, OneToken, body, call, call_spec, catalogue_of, parameter, spec_of, text_of
from tests.upstream_server import Answer

ID = [parameter("id", "path")]


def json_of(result: ToolResult) -> Any:
    """Return the structured content, which the text must repeat."""
    assert json.loads(text_of(result)) == result.structured_content
    return result.structured_content


def server_of(spec: ToolSpec, url: str) -> FastMCP[None]:
    """Return a server of one tool, the vendor at ``url``."""
    return build_server(
        LiveCatalogue(catalogue_of([spec])), Upstream(UpstreamClient(), OneToken(), {spec.vendor.name: url})
    )


async def quiet(_: float, __: str) -> None:
    """Take the place of a client that wants no progress."""


class TestDescription:
    def test_the_tool_says_what_its_spec_says(self) -> None:
        spec = spec_of(operation("DELETE", "/things/{id}", parameters=ID))
        tool = BridgeTool(spec, Upstream(UpstreamClient(), NoTokens()))
        assert (tool.name, tool.title, tool.description) == (spec.name, spec.title, spec.description)
        assert tool.parameters == spec.shown_schema
        assert tool.meta == spec.meta
        assert tool.output_schema is None
        assert tool.annotations is not None
        assert tool.annotations.destructive_hint is True
        assert repr(tool) == "BridgeTool('acme_do', DELETE /things/{id})"


class TestPermission:
    async def test_what_may_not_be_called_is_refused_whatever_is_listed(
        self, upstream: upstream_server.Upstream
    ) -> None:
        spec = spec_of(operation("PUT", "/things/{id}", parameters=ID))
        said = await call_spec(spec, upstream.url, {"id": "1"}, permissions=Permissions(read_only=True))
        assert said.is_error
        assert text_of(said) == ("acme_do is not allowed here: it writes, and --read-only is set; nothing was sent")
        assert upstream.requests == []


class TestSuccess:
    async def test_the_result_is_the_vendors_json_as_text_and_as_structured_content(
        self, upstream: upstream_server.Upstream
    ) -> None:
        upstream.answers(201, {"id": 9007199254740993, "name": "é", "none": None}, trackingid="T1")
        result = await call(upstream.url, {"id": "1"}, "GET", "/things/{id}", parameters=ID)
        assert not result.is_error
        assert json_of(result) == {
            "status_code": 201,
            "body": {"id": 9007199254740993, "name": "é", "none": None},
            "tracking_id": "T1",
        }
        assert "9007199254740993" in text_of(result)

    async def test_a_result_may_be_sent_once_but_an_error_is_whole_in_its_text(
        self, upstream: upstream_server.Upstream
    ) -> None:
        spec = spec_of(operation("GET", "/things"))
        upstream.answers(200, {"id": 1})
        once = await call_spec(spec, upstream.url, {}, text_too=False)
        assert (once.structured_content, text_of(once)) == (
            {"status_code": 200, "body": {"id": 1}},
            "The result is in structuredContent.",
        )
        upstream.answers(404, {"message": "No such thing."})
        assert "No such thing." in text_of(await call_spec(spec, upstream.url, {}, text_too=False))

    @pytest.mark.parametrize("value", [None, 1.5, "text", True, [], [1, [None]]])
    async def test_a_body_need_not_be_an_object(self, upstream: upstream_server.Upstream, value: Any) -> None:
        upstream.answer = lambda _: Answer(body=value)
        assert json_of(await call(upstream.url, {})) == {"status_code": 200, "body": value}

    async def test_no_content_is_a_success_in_words(self, upstream: upstream_server.Upstream) -> None:
        upstream.answer = lambda _: Answer(204, b"")
        found = json_of(await call(upstream.url, {}))
        assert found == {"status_code": 204, "body": None, "notice": "done; there is nothing to return"}

    @pytest.mark.parametrize(
        ("media_type", "kind"),
        [
            ("image/png", mcp_types.ImageContent),
            ("audio/mpeg", mcp_types.AudioContent),
            ("application/pdf", mcp_types.EmbeddedResource),
            ("application/octet-stream", mcp_types.EmbeddedResource),
        ],
    )
    async def test_a_file_comes_beside_the_text_as_what_it_is(
        self, upstream: upstream_server.Upstream, media_type: str, kind: type[Any]
    ) -> None:
        data = bytes(range(256))
        upstream.answers(200, data, content_type=media_type)
        result = await call(upstream.url, {}, "GET")
        text, block = result.content
        assert isinstance(text, mcp_types.TextContent)
        assert json.loads(text.text)["notice"] == f"the body is a file: {media_type}, 256 bytes"
        assert isinstance(block, kind)
        shown = block.model_dump(by_alias=True)
        shown = shown.get("resource", shown)
        assert shown["mimeType"] == media_type
        assert base64.b64decode(shown.get("blob") or shown["data"]) == data

    async def test_a_file_has_the_vendors_name_or_the_tools(self, upstream: upstream_server.Upstream) -> None:
        named: dict[str, tuple[str, Any]] = {}
        for disposition in ("", "attachment; filename*=UTF-8''b%C3%A9%202.pdf"):
            headers = {"content_disposition": disposition} if disposition else {}
            upstream.answers(200, b"%PDF\xff", content_type="application/pdf", **headers)
            _, block = (await call(upstream.url, {}, "GET")).content
            assert isinstance(block, mcp_types.EmbeddedResource)
            named[disposition] = (block.resource.uri, block.meta)
        assert list(named.values()) == [
            ("bridge://result/acme_do.pdf", {"bridge": {"name": "acme_do.pdf"}}),
            ("bridge://result/b%C3%A9%202.pdf", {"bridge": {"name": "bé 2.pdf"}}),
        ]


class TestLargeFiles:
    RECORDING = bytes(range(256)) * 5000

    async def test_they_are_saved_in_the_first_folder(self, upstream: upstream_server.Upstream, tmp_path: Path) -> None:
        upstream.answers(200, self.RECORDING, content_type="video/mp4")
        folders: dict[str, Any] = {"files_dirs": (tmp_path, tmp_path / "other")}
        result = await call_spec(spec_of(operation()), upstream.url, {}, **folders)
        assert not result.is_error
        saved = tmp_path / "acme_do.mp4"
        assert json_of(result) == {
            "status_code": 200,
            "body": None,
            "notice": f"the body is a file: video/mp4, 1,280,000 bytes, saved as {saved}",
        }
        assert saved.read_bytes() == self.RECORDING

    async def test_without_a_folder_the_error_says_how_large_it_is_and_how_to_have_it(
        self, upstream: upstream_server.Upstream
    ) -> None:
        upstream.answers(200, self.RECORDING, content_type="video/mp4")
        result = await call_spec(spec_of(operation()), upstream.url, {})
        assert result.is_error
        assert "(video/mp4, 1,280,000 bytes)" in text_of(result)
        assert "--files-dir FOLDER" in text_of(result)
        assert result.structured_content is not None
        assert result.structured_content["status_code"] == 200

    async def test_a_file_that_does_not_fit_into_the_memory_is_an_error_too(
        self, upstream: upstream_server.Upstream
    ) -> None:
        upstream.answers(200, self.RECORDING, content_type="video/mp4")
        async with UpstreamClient(max_body_bytes=1000) as client:
            tool = BridgeTool(spec_of(operation()), Upstream(client, OneToken(), {"acme": upstream.url}))
            result = await tool.run({})
        assert result.is_error
        assert "(video/mp4, 1,280,000 bytes)" in text_of(result)

    async def test_a_folder_that_is_gone_is_an_error_in_words(
        self, upstream: upstream_server.Upstream, tmp_path: Path
    ) -> None:
        upstream.answers(200, self.RECORDING, content_type="video/mp4")
        result = await call_spec(spec_of(operation()), upstream.url, {}, files_dirs=(tmp_path / "gone",))
        assert (result.is_error, "cannot be saved in" in text_of(result)) == (True, True)


class TestFilesThatAreSent:
    FORM = body(
        {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}, "multipart/form-data"
    )

    async def test_a_file_of_a_folder_goes_out_as_a_part(
        self, upstream: upstream_server.Upstream, tmp_path: Path
    ) -> None:
        folder = tmp_path.resolve()
        (folder / "greeting.wav").write_bytes(b"RIFF\x00")
        spec = spec_of(operation("POST", requestBody=self.FORM))
        values = {"file": str(folder / "greeting.wav")}
        assert not (await call_spec(spec, upstream.url, values, files_dirs=(folder,))).is_error
        assert b'name="file"; filename="greeting.wav"\r\nContent-Type: audio/wav\r\n' in upstream.only.body
        assert b"RIFF\x00" in upstream.only.body

    async def test_without_a_folder_nothing_is_read_and_nothing_sent(
        self, upstream: upstream_server.Upstream, tmp_path: Path
    ) -> None:
        (tmp_path / "greeting.wav").write_bytes(b"RIFF")
        spec = spec_of(operation("POST", requestBody=self.FORM))
        result = await call_spec(spec, upstream.url, {"file": str(tmp_path / "greeting.wav")})
        assert result.is_error
        assert text_of(result).startswith("argument 'file': no files are read from the disk; with --files-dir FOLDER")
        assert upstream.requests == []


class TestCheckRequests:
    async def test_a_request_that_does_not_fit_is_an_error_result_and_nothing_is_sent(
        self, upstream: upstream_server.Upstream
    ) -> None:
        spec = spec_of(
            operation("POST", requestBody=body({"type": "object", "properties": {"a": {"type": "integer"}}})),
            parameters={"a": ParameterOverride(Place("overrides.yaml", 1, 1), hide=True, value="x")},
        )
        result = await call_spec(spec, upstream.url, {})
        assert result.is_error
        assert "nothing was sent, the request does not fit the document: body property 'a'" in text_of(result)
        assert upstream.requests == []
        assert not (await call_spec(spec, upstream.url, {}, check_requests=CheckRequests.OFF)).is_error
        assert upstream.only.json == {"a": "x"}


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "answer", "headers", "text"),
        [
            (404, {"message": "No.", "trackingId": "T1"}, {}, "404 Not Found: No. Tracking id: T1. Check the ids: "),
            (429, {"message": "Slow."}, {"retry_after": "9"}, "429 Too Many Requests: Slow. Retry-After: 9."),
            (
                400,
                {"code": 300, "message": "Bad.", "errors": [{"field": "topic", "message": "Too long."}]},
                {"x_zm_trackingid": "Z1"},
                "400 Bad Request: Bad (code 300): topic: Too long. Tracking id: Z1.",
            ),
            (500, b"", {}, "500 Internal Server Error."),
        ],
    )
    async def test_what_the_vendor_refuses_is_an_error_in_words(
        self, upstream: upstream_server.Upstream, status: int, answer: Any, headers: dict[str, str], text: str
    ) -> None:
        upstream.answers(status, answer, **headers)
        result = await call(upstream.url, {})
        assert result.is_error
        assert text_of(result).startswith(text)
        assert result.structured_content is not None
        assert result.structured_content["status_code"] == status

    async def test_wrong_arguments_are_refused_before_anything_is_sent(
        self, upstream: upstream_server.Upstream
    ) -> None:
        declared = {"parameters": [parameter("max", schema={"type": "integer"}), *ID]}
        result = await call(upstream.url, {"max": "ten", "nam": 1}, "GET", "/things/{id}", **declared)
        assert result.is_error
        for part in ("'max'", "'nam'", "'id' is required"):
            assert part in text_of(result)
        assert upstream.requests == []

    async def test_without_a_token_nothing_is_sent(self, upstream: upstream_server.Upstream) -> None:
        async with UpstreamClient() as client:
            tool = BridgeTool(spec_of(operation()), Upstream(client, NoTokens(), {"acme": upstream.url}))
            result = await tool.run({})
        assert (result.is_error, text_of(result)) == (True, "no token for Acme")
        assert upstream.requests == []

    async def test_a_document_without_a_server_says_which_option_gives_one(self) -> None:
        result = await call("", {}, "GET", of=document(vendor=NOBODY))
        assert result.is_error
        assert text_of(result).startswith("petstore: the document names no server")
        assert "--upstream petstore=URL" in text_of(result)

    async def test_nobody_at_the_other_end_is_an_error_in_words(self) -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        result = await call(f"http://127.0.0.1:{port}", {})
        assert result.is_error
        assert f"no answer from 127.0.0.1:{port}" in text_of(result)

    async def test_an_error_that_nobody_foresaw_is_a_result_and_its_text_is_told_to_nobody(
        self, upstream: upstream_server.Upstream, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def broken(*_: object) -> None:
            raise RuntimeError(f"Authorization: Bearer {SECRET}")

        monkeypatch.setattr(UpstreamClient, "send", broken)
        with caplog.at_level(logging.DEBUG):
            result = await call(upstream.url, {})
        assert result.is_error
        assert text_of(result) == "acme_do: the bridge itself failed (RuntimeError)"
        assert "acme_do: RuntimeError in " in caplog.text
        assert SECRET not in caplog.text

    async def test_a_cancelled_call_is_no_result(self, upstream: upstream_server.Upstream) -> None:
        upstream.answer = lambda _: Answer(hangs=True)
        running = asyncio.create_task(call(upstream.url, {}))
        assert await asyncio.to_thread(upstream.arrived.wait, 10)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await asyncio.to_thread(upstream.left.wait, 10)


class TestPrepare:
    def tool(self, spec: ToolSpec, **hosts: str) -> BridgeTool:
        return BridgeTool(spec, Upstream(UpstreamClient(), NoTokens(), hosts))

    def test_a_request_is_made_without_a_token_and_without_sending_it(self) -> None:
        spec = spec_of(operation("POST", "/things/{id}", parameters=ID, requestBody=body({"type": "array"})))
        request = self.tool(spec).prepare({"id": "1", "body": []})
        assert (request.method, request.url) == ("POST", "https://api.acme.example/v1/things/1")
        assert dict(request.headers) == {"content-type": "application/json"}
        assert request.content == b"[]"

    def test_another_host_keeps_the_path_of_the_base_url(self) -> None:
        request = self.tool(spec_of(operation()), acme="http://127.0.0.1:9").prepare({})
        assert request.url == "http://127.0.0.1:9/v1/things"

    def test_what_cannot_be_made_raises(self) -> None:
        with pytest.raises(ArgumentError, match="unknown argument 'x'"):
            self.tool(spec_of(operation())).prepare({"x": 1})
        with pytest.raises(UpstreamError, match="names no server"):
            self.tool(spec_of(operation(of=document(vendor=NOBODY)))).prepare({})

    def test_hidden_values_and_defaults_of_the_overrides_are_sent(self) -> None:
        place = Place("overrides.yaml", 1, 1)
        overrides = {
            "secret": ParameterOverride(place, hide=True, value="constant"),
            "max": ParameterOverride(place, name="limit", default=5),
        }
        declared = [parameter("secret"), parameter("max", schema={"type": "integer"})]
        spec = spec_of(operation(parameters=declared), parameters=overrides)
        assert overrides["max"].value is UNSET
        assert self.tool(spec).prepare({}).url.endswith("?secret=constant&max=5")
        assert self.tool(spec).prepare({"limit": 7}).url.endswith("?secret=constant&max=7")


class TestPages:
    LINKED = (parameter("max", schema={"type": "integer"}), parameter("orgId"))
    NUMBERED = (parameter("next_page_token"), parameter("page_size", schema={"type": "integer"}))

    async def test_the_arguments_of_next_fetch_the_next_page_by_the_link_unchanged(
        self, upstream: upstream_server.Upstream
    ) -> None:
        upstream.answers(200, [], link="<https://api.acme.example/v1/things?max=2&id=a&id=b&x=07%3D%3D>; rel=next")
        spec = spec_of(operation(parameters=list(self.LINKED)))
        following = json_of(await call_spec(spec, upstream.url, {"max": 2, "orgId": "o"}))["next"]
        assert {"max": 2, "orgId": "o"}.items() <= following.items()
        upstream.reset()
        assert not (await call_spec(spec, upstream.url, following)).is_error
        assert upstream.only.query == "max=2&id=a&id=b&x=07%3D%3D"

    async def test_a_cursor_that_is_none_is_refused_and_nothing_is_sent(
        self, upstream: upstream_server.Upstream
    ) -> None:
        result = await call_spec(spec_of(operation(parameters=list(self.LINKED))), upstream.url, {"_cursor": "#"})
        assert result.is_error
        assert "'_cursor'" in text_of(result)
        assert not upstream.requests

    async def test_the_token_of_a_body_goes_back_as_the_argument(self, upstream: upstream_server.Upstream) -> None:
        upstream.answers(200, {"next_page_token": "t1", "users": []})
        spec = spec_of(operation(parameters=list(self.NUMBERED)))
        assert json_of(await call_spec(spec, upstream.url, {"page_size": 5}))["next"] == {
            "page_size": 5,
            "next_page_token": "t1",
        }

    async def test_all_pages_come_as_one_answer(self, upstream: upstream_server.Upstream) -> None:
        def answer(request: upstream_server.Request) -> Answer:
            page = int(request.query.partition("next_page_token=")[2][:1] or 0)
            body = {"users": [page * 2, page * 2 + 1], "next_page_token": str(page + 1) if page < 2 else ""}
            return Answer(body=body)

        upstream.answer = answer
        spec = spec_of(operation(parameters=list(self.NUMBERED)))
        server = server_of(spec, upstream.url)
        async with Client(server) as client:
            result = await client.call_tool(spec.name, {"_all_pages": True, "page_size": 2})
        assert result.structured_content == {
            "status_code": 200,
            "body": {"users": [0, 1, 2, 3, 4, 5], "next_page_token": ""},
            "pages": 3,
        }

    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            (
                Answer(401, {"message": "Expired.", "code": 124}),
                "page 3 failed: 401 Unauthorized: Expired (code 124). ",
            ),
            (Answer(503, b""), "page 3 failed: 503 Service Unavailable. Tried 2 times; `next` "),
            (
                Answer(body=b"no gzip", headers={"content-encoding": "gzip"}),
                "page 3 failed: the answer from 127.0.0.1:",
            ),
        ],
        ids=["expired", "unavailable", "broken"],
    )
    async def test_a_page_that_fails_ends_them_and_what_came_before_is_kept(
        self, upstream: upstream_server.Upstream, monkeypatch: pytest.MonkeyPatch, broken: Answer, said: str
    ) -> None:
        monkeypatch.setattr(retry, "WHEN_BROKEN", tenacity.wait_none())
        pages = [Answer(body={"users": [page], "next_page_token": str(page + 1)}) for page in range(2)]
        upstream.answer = lambda _: [*pages, broken, broken][len(upstream.requests)]
        spec = spec_of(operation(parameters=list(self.NUMBERED)))
        server = build_server(
            LiveCatalogue(catalogue_of([spec])),
            Upstream(UpstreamClient(), OneToken(), {"acme": upstream.url}, retry=Retry(RetryPolicy(retries=1))),
        )
        async with Client(server) as client:
            result = await client.call_tool(spec.name, {"_all_pages": True})
        found = result.structured_content
        assert found is not None
        assert found["body"]["users"] == [0, 1]
        assert found["next"] == {"next_page_token": "2"}
        assert found["notice"].startswith(said)
        assert found["notice"].endswith("; `next` tries it again")


class TestPatience:
    QUICK = RetryPolicy(retries=1)

    async def test_a_result_says_how_often_it_was_tried_and_how_long_it_waited(
        self, upstream: upstream_server.Upstream
    ) -> None:
        upstream.answer = lambda _: Answer() if upstream.requests else Answer(429, headers={"retry-after": "0.03"})
        result = json_of(await call_spec(spec_of(operation("POST")), upstream.url, {}, policy=self.QUICK, report=quiet))
        assert result["attempts"] == 2
        assert 0.02 <= result["waited"] < 5

    async def test_an_error_says_so_too_and_why_it_was_given_up(self, upstream: upstream_server.Upstream) -> None:
        upstream.answers(429, {"message": "Slow down."}, retry_after="0.02")
        result = await call_spec(spec_of(operation()), upstream.url, {}, policy=self.QUICK, report=quiet)
        assert result.is_error
        assert text_of(result) == "429 Too Many Requests: Slow down. Retry-After: 0.02. Tried 2 times."
        assert result.structured_content is not None
        assert result.structured_content["attempts"] == 2

    async def test_an_error_without_an_answer_does_as_well(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(retry, "WHEN_BROKEN", tenacity.wait_none())
        async with faulty(Reply([], "reset")) as vendor:
            result = await call_spec(spec_of(operation()), vendor.url, {}, policy=self.QUICK, report=quiet)
        assert result.is_error
        assert result.structured_content == {"attempts": 2, "waited": 0.0}

    async def test_a_write_that_broke_is_not_sent_again_and_the_error_says_what_to_do(self) -> None:
        async with faulty(Reply([], "reset")) as vendor:
            result = await call_spec(spec_of(operation("POST")), vendor.url, {}, policy=self.QUICK, report=quiet)
        assert text_of(result).endswith(UNSURE)
        assert result.structured_content is None
        assert len(vendor.requests) == 1

    async def test_every_wait_is_a_progress_notification(self, upstream: upstream_server.Upstream) -> None:
        upstream.answer = lambda _: Answer() if upstream.requests else Answer(429, headers={"retry-after": "0.03"})
        spec = spec_of(operation())
        server = server_of(spec, upstream.url)
        told: list[tuple[float, float | None, str | None]] = []

        async def keep(progress: float, total: float | None, message: str | None) -> None:
            told.append((progress, total, message))

        async with Client(server) as client:
            await client.call_tool(spec.name, {}, progress_handler=keep)
        host = upstream.url.removeprefix("http://")
        assert told == [(0.001, None, f"waiting for {host}: it was sent too many requests with this token")]


class TestParts:
    async def test_a_part_of_the_body_can_be_selected(self, upstream: upstream_server.Upstream) -> None:
        upstream.answers(200, {"items": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]})
        result = await call_spec(spec_of(operation()), upstream.url, {"_select": "items[].id"})
        assert json_of(result)["body"] == [1, 2]

    async def test_a_wrong_expression_is_an_error_that_names_the_argument(
        self, upstream: upstream_server.Upstream
    ) -> None:
        result = await call_spec(spec_of(operation()), upstream.url, {"_select": "items["})
        assert result.is_error
        assert "'_select'" in text_of(result)

    async def test_a_large_result_is_cut_at_an_item_and_says_so(self, upstream: upstream_server.Upstream) -> None:
        upstream.answers(200, {"items": [{"id": number} for number in range(1000)]})
        cut = json_of(await call_spec(spec_of(operation()), upstream.url, {}, max_characters=500))
        assert 0 < len(cut["body"]["items"]) < 50
        assert cut["notice"].startswith("cut to fit: body.items: the first ")
        whole = json_of(await call_spec(spec_of(operation()), upstream.url, {}, max_characters=0))
        assert len(whole["body"]["items"]) == 1000


class TestAdvice:
    async def test_a_bad_token_says_where_a_new_one_goes(self, upstream: upstream_server.Upstream) -> None:
        upstream.answers(401, {"message": "Bad token"})
        result = await call_spec(spec_of(operation()), upstream.url, {})
        assert "put a new one into the pocket of " in text_of(result)


class TestTokens:
    async def test_the_vendor_gets_one_authorization_header(self, upstream: upstream_server.Upstream) -> None:
        async with UpstreamClient() as client:
            tool = BridgeTool(spec_of(operation()), Upstream(client, OneToken(), {"acme": upstream.url}))
            assert not (await tool.run({})).is_error
        assert upstream.only.header("authorization") == f"Bearer {SECRET}"
