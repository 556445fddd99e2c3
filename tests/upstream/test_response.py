"""What a model gets of an answer: the body as it is, the whole error in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.upstream.client import VendorResponse
from bridge.upstream.response import MAX_NESTING, SHOWN_ERROR_CHARACTERS, FileBody, Reading, read_response
from bridge.upstream.saving import SavedFile

JSON = "application/json"


def reading(body: Any, content_type: str | None = JSON, status: int = 200, **headers: str) -> Reading:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type is not None:
        named["content-type"] = content_type
    return read_response(VendorResponse(status, named, data))


def body_of(data: bytes, content_type: str | None = JSON) -> Any:
    read = reading(data, content_type)
    assert read.ok
    assert read.file is None
    return read.structured["body"]


class TestJson:
    @pytest.mark.parametrize(
        "text",
        [
            *("null", "true", "0", '""', "[]", "{}", '[null, {"a": null}]', '"caf\\u00e9 \\ud83d\\ude00"'),
            *("9007199254740993", "-123456789012345678901234567890", "0.1", "-1.5e-300", "1e308", "2.0"),
        ],
    )
    def test_the_body_is_the_vendors_json_as_it_is(self, text: str) -> None:
        found = body_of(text.encode())
        assert found == json.loads(text)
        assert type(found) is type(json.loads(text))

    @pytest.mark.parametrize(
        "content_type",
        [
            *(JSON, "application/json;charset=UTF-8", "Application/JSON", "application/hal+json", "text/json"),
            *("application/problem+json; charset=utf-8", "*/*", "application/octet-stream", "", None),
        ],
    )
    def test_every_media_type_that_can_be_json_is_read(self, content_type: str | None) -> None:
        assert body_of(b'{"a": 1}', content_type) == {"a": 1}

    def test_what_says_that_it_is_text_is_text(self) -> None:
        assert body_of(b'{"a": 1}', "text/plain") == '{"a": 1}'

    @pytest.mark.parametrize(
        ("data", "content_type"),
        [
            ('{"a": "é"}'.encode("latin-1"), "application/json; charset=ISO-8859-1"),
            ('{"a": "é"}'.encode(), "application/json; charset=ISO-8859-1"),
            ('{"a": "é"}'.encode(), "application/json; charset=no-such-thing"),
            ('{"a": "é"}'.encode("utf-16"), JSON),
            ('{"a": "é"}'.encode("utf-8-sig"), JSON),
        ],
    )
    def test_other_encodings_than_utf_8_are_read(self, data: bytes, content_type: str) -> None:
        assert body_of(data, content_type) == {"a": "é"}

    def test_json_in_no_known_encoding_is_text_with_marks(self) -> None:
        assert body_of(b'{"a": "\xe9"}') == '{"a": "\N{REPLACEMENT CHARACTER}"}'

    @pytest.mark.parametrize(
        "text",
        ['{"a": NaN}', "[Infinity]", "-Infinity", "1e999", "{", '{"a": 1} {}', "<html>", "9" * 5000],
    )
    def test_what_is_no_json_is_text(self, text: str) -> None:
        assert body_of(text.encode()) == text

    def test_half_a_character_is_replaced_where_it_could_not_be_sent_on(self) -> None:
        found = body_of(rb'{"a\ud800": ["b\udc00", "\ud83d\ude00", "\\ud800"]}')
        marked = "\N{REPLACEMENT CHARACTER}"
        assert found == {f"a{marked}": [f"b{marked}", "\N{GRINNING FACE}", "\\ud800"]}

    @pytest.mark.parametrize("depth", [MAX_NESTING, MAX_NESTING + 1, 100_000])
    def test_json_that_is_nested_too_deep_for_clients_is_text(self, depth: int) -> None:
        text = "[" * depth + "]" * depth
        assert (body_of(text.encode()) == text) is (depth > MAX_NESTING)

    def test_many_brackets_side_by_side_or_in_strings_are_no_depth(self) -> None:
        value = [[bracket] for bracket in "[{" * 200] + ['"[\\"[']
        assert body_of(json.dumps(value).encode()) == value

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
        st.booleans(),
    )
    def test_any_json_value_comes_out_as_it_went_in(self, value: Any, ascii_only: bool) -> None:
        assert body_of(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


class TestTextAndFiles:
    @pytest.mark.parametrize(
        ("data", "content_type", "expected"),
        [
            (b"WEBVTT\n\n", "text/vtt", "WEBVTT\n\n"),
            ("é".encode("latin-1"), "text/plain; charset=latin-1", "é"),
            ("é".encode(), 'text/plain; charset="UTF-8"', "é"),
            (b"\xe9", "text/plain", "\N{REPLACEMENT CHARACTER}"),
            (b"\xff", "text/plain; charset=idna", "\N{REPLACEMENT CHARACTER}"),
            (b"<a/>", "application/xml", "<a/>"),
            (b"plain words", None, "plain words"),
        ],
    )
    def test_text_is_a_string(self, data: bytes, content_type: str | None, expected: str) -> None:
        assert body_of(data, content_type) == expected

    @pytest.mark.parametrize(
        ("content_type", "media_type"),
        [
            ("image/png", "image/png"),
            ("audio/wav; rate=8000", "audio/wav"),
            ("application/pdf", "application/pdf"),
            ("application/octet-stream", "application/octet-stream"),
            (None, "application/octet-stream"),
        ],
    )
    def test_anything_else_is_a_file_that_a_notice_names(self, content_type: str | None, media_type: str) -> None:
        data = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
        read = reading(data, content_type)
        assert read.file == FileBody(data, media_type)
        assert read.structured == {
            "status_code": 200,
            "body": None,
            "notice": f"the body is a file: {media_type}, 1,032 bytes",
        }

    def test_the_vendors_name_of_a_file_is_kept(self) -> None:
        read = reading(b"\xff", "application/pdf", content_disposition='attachment; filename="a.pdf"')
        assert read.file == FileBody(b"\xff", "application/pdf", "a.pdf")

    def test_a_body_that_was_saved_is_no_empty_body(self) -> None:
        saved = SavedFile(Path("/files/a.mp4"), 12_345_678)
        read = read_response(VendorResponse(200, {"content-type": "video/mp4"}, b"", saved))
        notice = "the body is a file: video/mp4, 12,345,678 bytes, saved as /files/a.mp4"
        assert read.structured == {"status_code": 200, "body": None, "notice": notice}

    @pytest.mark.parametrize(
        ("status", "notice"),
        [
            (204, "done; there is nothing to return"),
            (202, "accepted: the vendor works on it"),
            (200, "the answer has no body"),
            (201, "the answer has no body"),
        ],
    )
    @pytest.mark.parametrize("content_type", [JSON, None])
    def test_an_empty_body_is_a_success_in_words(self, status: int, notice: str, content_type: str | None) -> None:
        read = reading(b"", content_type, status)
        assert read.ok
        assert read.structured == {"status_code": status, "body": None, "notice": notice}


class TestTrackingId:
    @pytest.mark.parametrize("name", ["trackingid", "x_zm_trackingid", "x_request_id"])
    @pytest.mark.parametrize("status", [200, 400])
    def test_the_header_is_kept_in_every_result(self, name: str, status: int) -> None:
        read = reading({}, status=status, **{name: "T1"})
        assert read.structured["tracking_id"] == "T1"
        assert read.error == ("" if status == 200 else "400 Bad Request: {}. Tracking id: T1.")

    def test_of_an_error_the_body_may_hold_it(self) -> None:
        read = reading({"message": "No.", "trackingId": "ROUTER_1"}, status=404)
        assert read.structured["tracking_id"] == "ROUTER_1"
        assert read.error == "404 Not Found: No. Tracking id: ROUTER_1."

    def test_without_one_nothing_is_said(self) -> None:
        assert "tracking_id" not in reading({"trackingId": "of some call"}).structured


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "body", "expected"),
        [
            (400, {"code": 300, "message": "Validation Failed."}, "400 Bad Request: Validation Failed (code 300)."),
            (
                400,
                {"code": 300, "message": "No.", "errors": [{"field": "type", "message": "Bad."}, {"field": "topic"}]},
                "400 Bad Request: No (code 300): type: Bad.",
            ),
            (
                400,
                {"message": "It failed.", "errors": [{"description": "It failed."}, {"description": "Why."}]},
                "400 Bad Request: It failed: Why.",
            ),
            (
                400,
                {"error": {"key": "4001", "message": [{"description": "One."}, "Two."]}, "trackingId": "T"},
                "400 Bad Request: One; Two (code 4001). Tracking id: T.",
            ),
            (401, {"error": "invalid_token", "error_description": "It is old."}, "invalid_token: It is old."),
            (401, {"error": "invalid_token"}, "401 Unauthorized: invalid_token."),
            (409, {"code": "E1", "message": "Taken (E1)"}, "409 Conflict: Taken (E1)."),
            (400, {"code": 3, "message": "Wait 30 minutes."}, "400 Bad Request: Wait 30 minutes (code 3)."),
            (400, {"errors": [{"message": "One."}, {"message": "Two."}]}, "400 Bad Request: One; Two."),
            (400, {"message": "No", "errors": "Really not."}, "400 Bad Request: No: Really not."),
            (400, {"message": "No", "errors": {"name": ["too long"]}}, "400 Bad Request: No: name: too long."),
            (400, {"message": "No", "errors": 5}, "400 Bad Request: No."),
            (404, {"schemas": ["urn:x"], "detail": "No such user", "status": "404"}, "404 Not Found: No such user."),
            (400, {"unheard": "of"}, '400 Bad Request: {"unheard": "of"}.'),
            (400, ["a"], '400 Bad Request: ["a"].'),
            (403, None, "403 Forbidden."),
            (499, {}, "499: {}."),
        ],
    )
    def test_status_message_code_and_fields_stand_in_one_sentence(self, status: int, body: Any, expected: str) -> None:
        read = reading(body, status=status)
        assert not read.ok
        assert read.error.endswith(expected)
        assert read.error.startswith(str(status))
        assert read.structured["body"] == body

    @pytest.mark.parametrize("wait", ["30", "2026-11-25T00:00:00Z"])
    def test_retry_after_is_told_as_the_vendor_gives_it(self, wait: str) -> None:
        read = reading({"message": "Too many."}, status=429, retry_after=wait)
        assert read.error == f"429 Too Many Requests: Too many. Retry-After: {wait}."

    def test_a_limit_without_a_body_still_says_when_to_come_back(self) -> None:
        read = reading(b"", None, 429, retry_after="7")
        assert read.error == "429 Too Many Requests. Retry-After: 7."

    def test_text_of_a_gateway_is_one_line(self) -> None:
        assert reading(b"<p>\n  Bad\n</p>", "text/html", 502).error == "502 Bad Gateway: <p> Bad </p>."

    def test_a_long_message_is_cut_and_what_follows_it_is_not(self) -> None:
        read = reading({"message": "x" * 100_000}, status=429, trackingid="T1", retry_after="7")
        assert read.error.endswith("x... Tracking id: T1. Retry-After: 7.")
        assert len(read.error) < SHOWN_ERROR_CHARACTERS + 100

    def test_a_redirect_that_was_not_followed_says_so(self) -> None:
        read = reading(b"", None, 302, location="http://elsewhere/")
        assert read.error.startswith("302 Found. It is a redirect that is not followed")

    def test_an_error_that_is_a_file_is_told_by_its_status(self) -> None:
        read = reading(b"\xff\xd8\xff", "image/jpeg", 404)
        assert (read.error, read.file) == ("404 Not Found.", None)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["message", "errors", "error", "code", "detail", "field", "description"]), inner
                )
            ),
        ),
        st.integers(300, 599),
    )
    def test_any_body_makes_an_error_that_begins_with_its_status(self, body: Any, status: int) -> None:
        read = reading(body, status=status)
        assert not read.ok
        assert read.error.startswith(str(status))
