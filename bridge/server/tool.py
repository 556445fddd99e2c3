"""One exposed operation as a FastMCP tool: the director builds, upstream sends, response reads."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import mcp_types
from fastmcp.tools.base import Tool, ToolResult
from pydantic import PrivateAttr

from bridge.catalogue.argument_check import ArgumentCheck
from bridge.catalogue.files import FileAccess
from bridge.catalogue.permissions import EVERYTHING, Permissions
from bridge.catalogue.tool_spec import META_KEY, Catalogue, ToolSpec
from bridge.controls import ALL_PAGES, CURSOR, DRY_RUN
from bridge.errors import BridgeError, NotAllowedError, TokenError, UpstreamError
from bridge.server.audit import Outcome, Record, record
from bridge.server.consent import Consent
from bridge.server.dry_run import request_shown
from bridge.server.progress import Progress, Report, report_to_client
from bridge.server.request_builder import RequestBuilder
from bridge.server.request_check import CheckRequests, RequestCheck
from bridge.server.span import describe_span
from bridge.upstream.advice import advice
from bridge.upstream.base_url import redirected_base
from bridge.upstream.client import OutgoingRequest, UpstreamClient
from bridge.upstream.excerpt import MAX_CHARACTERS, shown
from bridge.upstream.file_answer import FileAnswers
from bridge.upstream.pages import all_pages, next_page, query_of_cursor
from bridge.upstream.region import in_region
from bridge.upstream.response import FileBody, Reading, read_response
from bridge.upstream.retry import PatientCall, Retry
from bridge.upstream.saving import MAX_RESULT_BYTES
from bridge.upstream.tokens import GivenTokens, TokenSource

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upstream:
    """How a call reaches the vendor.

    Attributes:
        client: sends it.
        tokens: whose token goes with it.
        hosts: by vendor, the scheme and host that replace those of the base URLs.
        max_characters: how much JSON a result may have before it is cut; 0 for any.
        max_file_bytes: how large a file may be to be a part of the result.
        files_dirs: the folders whose files may be sent; large answers are saved in the first one.
        check_requests: which requests are checked against the vendor's document before they leave.
        permissions: what may be called at all, whatever is listed.
        consent: asks the person before what destroys.
        retry: when a request waits and when it is sent again.
        report: where the progress of a call goes.
        text_too: whether a result stands in its text too, for clients that read no structured content.
    """

    client: UpstreamClient
    tokens: TokenSource
    hosts: Mapping[str, str] = field(default_factory=dict)
    max_characters: int = MAX_CHARACTERS
    max_file_bytes: int = MAX_RESULT_BYTES
    files_dirs: tuple[Path, ...] = ()
    check_requests: CheckRequests = CheckRequests.WRITES
    permissions: Permissions = EVERYTHING
    consent: Consent = field(default_factory=Consent)
    retry: Retry = field(default_factory=Retry)
    report: Report = report_to_client
    text_too: bool = True

    def of(self, catalogue: Catalogue) -> Upstream:
        """Return it with what this catalogue lets through: a reload may find other tools behind the same options."""
        return replace(self, permissions=catalogue.permissions) if catalogue.permissions else self


class BridgeTool(Tool):
    """A tool of the catalogue; FastMCP's route and request director are made on the first call."""

    _spec: ToolSpec = PrivateAttr()
    _upstream: Upstream = PrivateAttr()
    _check: ArgumentCheck = PrivateAttr()
    _request_check: RequestCheck = PrivateAttr()
    _files: FileAnswers = PrivateAttr()
    _builder: RequestBuilder | None = PrivateAttr(default=None)

    def __init__(self, spec: ToolSpec, upstream: Upstream) -> None:
        super().__init__(
            name=spec.name,
            description=spec.shown_description,
            parameters=spec.shown_schema,
            tags=set(spec.tags),
            annotations=mcp_types.ToolAnnotations.model_validate(spec.annotations.to_json()),
        )
        self.title = spec.title
        self.meta = spec.meta
        self._spec = spec
        self._upstream = upstream
        self._check = ArgumentCheck(spec)
        self._request_check = RequestCheck(spec, upstream.check_requests)
        folder = upstream.files_dirs[0] if upstream.files_dirs else None
        self._files = FileAnswers(spec.name, folder, upstream.max_file_bytes)

    def __repr__(self) -> str:
        return f"BridgeTool({self.name!r}, {self._spec.operation.key})"

    def prepare(self, arguments: Mapping[str, Any]) -> OutgoingRequest:
        """Check the arguments and return the request that they make, without a token.

        Raises:
            ArgumentError: they do not fit the tool.
            UpstreamError: it is not known where the operation lives.
        """
        self._check.check(arguments)
        operation = self._spec.operation
        host = self._upstream.hosts.get(operation.vendor.name)
        base_url = redirected_base(operation.base_url, host)
        if not base_url.startswith(("http://", "https://")):
            name = operation.vendor.name
            raise UpstreamError(f"{name}: the document names no server; say where it lives: --upstream {name}=URL")
        if self._builder is None:
            files = FileAccess(self._upstream.files_dirs)
            self._builder = RequestBuilder(self._spec, self._upstream.client.http, files)
        request = self._builder.build(self._spec.arguments.place(arguments), base_url)
        self._request_check.check(request)
        if CURSOR in arguments and CURSOR in self._spec.controls:
            query = query_of_cursor(arguments[CURSOR])
            return replace(request, url=f"{request.url.partition('?')[0]}?{query}")
        return request

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Answer a call by the tool's own name."""
        return await self.call(arguments)

    async def call(self, arguments: Mapping[str, Any], through: str | None = None) -> ToolResult:
        """Call the vendor with the caller's token; whatever goes wrong is an error result.

        Args:
            arguments: the tool's.
            through: the tool of our own that was called with its name; None where it was called itself.
        """
        call: PatientCall | None = None
        audit = record()
        audit.begin(self._spec, through)
        try:
            await self._identify(audit)
            self._check_permission()
            request = self.prepare(arguments)
            if arguments.get(DRY_RUN) and DRY_RUN in self._spec.controls:
                audit.outcome = Outcome.DRY_RUN
                return tool_result(request_shown(request, self._upstream.max_characters))
            if question := await self._upstream.consent.ask(self._spec, arguments, through):
                return question
            progress = Progress(self._upstream.report)
            call = await self._begun(progress)
            audit.called_by(call.token)
            audit.effort = call.effort
            if arguments.get(ALL_PAGES):
                reading = await all_pages(arguments, partial(self._page, call), progress.pages)
            else:
                reading = await self._page(call, arguments, request)
            audit.read(reading.structured, ok=reading.ok)
            reading = self._files.delivered(reading)
            reading.structured.update(call.effort.to_json())
            cut = shown(reading, arguments, self._upstream.max_characters)
            return tool_result(cut, text_too=self._upstream.text_too)
        except BridgeError as error:
            audit.failed(error)
            structured = call.effort.to_json() if call else {}
            return ToolResult(content=[_text(str(error))], structured_content=structured or None, is_error=True)
        except Exception as error:
            # Of an error that nobody foresaw only the kind and the place are told: its text could hold a token.
            audit.failed(error)
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = type(error).__name__
            _log.error("%s: %s in %s, line %s", self.name, kind, place.filename, place.lineno)
            return ToolResult(content=[_text(f"{self.name}: the bridge itself failed ({kind})")], is_error=True)
        finally:
            describe_span(audit)

    async def _identify(self, audit: Record) -> None:
        """Note whose call it is, where that is known without obtaining a token: a call that is refused needs none."""
        tokens = self._upstream.tokens
        if isinstance(tokens, GivenTokens):
            with suppress(TokenError):
                audit.called_by(await tokens.token(self._spec.vendor))

    async def _begun(self, progress: Progress) -> PatientCall:
        vendor, tokens = self._spec.vendor, self._upstream.tokens
        token = await tokens.token(vendor)
        renew = partial(tokens.renewed, vendor)
        return self._upstream.retry.call(self._upstream.client, vendor.name, token, progress.waits, renew)

    def _check_permission(self) -> None:
        if refusal := self._upstream.permissions.refusal(self._spec):
            raise NotAllowedError(f"{self.name} is not allowed here: {refusal}; nothing was sent")

    async def _page(
        self, call: PatientCall, arguments: Mapping[str, Any], request: OutgoingRequest | None = None
    ) -> Reading:
        """Fetch one page, and say which arguments fetch the next one."""
        request = request or self.prepare(arguments)
        response = await call.send(self._located(request), self._files)
        reading = read_response(response)
        if not reading.ok:
            return self._advised(reading, response.status, call.remark)
        visible = self._spec.arguments.visible
        names = {entry.wire_name: entry.name for entry in visible if entry.place in ("query", "property")}
        body, base_url = reading.structured["body"], self._spec.operation.base_url
        changed = next_page(request.url, response.headers, body, names, base_url)
        if changed:
            given = {name: value for name, value in arguments.items() if name not in (CURSOR, ALL_PAGES)}
            reading.structured["next"] = given | changed
        return reading

    def _located(self, request: OutgoingRequest) -> OutgoingRequest:
        """Return the request as it goes to the region that the token is for."""
        vendor = self._spec.vendor
        if vendor.name in self._upstream.hosts:
            return request
        return replace(request, url=in_region(request.url, vendor, self._upstream.tokens.api_url(vendor)))

    def _advised(self, reading: Reading, status: int, remark: str) -> Reading:
        operation = self._spec.operation
        remedy = self._upstream.tokens.remedy(operation.vendor)
        body = reading.structured["body"]
        said = advice(operation.vendor.name, status, body, scopes=operation.scopes, remedy=remedy)
        return replace(reading, error=" ".join(filter(None, (reading.error, remark, said))))


STRUCTURED_ALONE = "The result is in structuredContent."


def tool_result(reading: Reading, *, text_too: bool = True) -> ToolResult:
    """Return what the client gets: the same JSON as text and as structured content; an error whole in its text.

    Args:
        reading: the answer.
        text_too: else the text only says where the result is, and large ones are sent once.
    """
    if not reading.ok:
        return ToolResult(content=[_text(reading.error)], structured_content=reading.structured, is_error=True)
    content: list[mcp_types.ContentBlock] = [
        _text(json.dumps(reading.structured, ensure_ascii=False) if text_too else STRUCTURED_ALONE)
    ]
    if reading.file is not None:
        content.append(_file(reading.file))
    return ToolResult(content=content, structured_content=reading.structured)


def _text(text: str) -> mcp_types.TextContent:
    return mcp_types.TextContent(type="text", text=text)


def _file(file: FileBody) -> mcp_types.ContentBlock:
    encoded = base64.b64encode(file.content).decode()
    meta = {META_KEY: {"name": file.name}}
    if file.media_type.startswith("image/"):
        return mcp_types.ImageContent(type="image", data=encoded, mime_type=file.media_type, _meta=meta)
    if file.media_type.startswith("audio/"):
        return mcp_types.AudioContent(type="audio", data=encoded, mime_type=file.media_type, _meta=meta)
    uri = f"bridge://result/{quote(file.name)}"
    blob = mcp_types.BlobResourceContents(uri=uri, mime_type=file.media_type, blob=encoded)
    return mcp_types.EmbeddedResource(type="resource", resource=blob, _meta=meta)
