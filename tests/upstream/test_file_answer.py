"""An answer that is a file: a part of the result, saved, or an error that says how to have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.errors import SavingError
from bridge.upstream.client import VendorResponse
from bridge.upstream.file_answer import FileAnswers
from bridge.upstream.response import Reading, read_response

PDF = b"%PDF\xff"


def reading(content: bytes = PDF, status: int = 200, **headers: str) -> Reading:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_response(VendorResponse(status, {"content-type": "application/pdf", **named}, content))


class TestSmallFiles:
    def test_a_file_without_a_name_is_named_after_the_tool(self) -> None:
        file = FileAnswers("acme_get").delivered(reading()).file
        assert file is not None
        assert (file.content, file.media_type, file.name) == (PDF, "application/pdf", "acme_get.pdf")

    def test_the_vendors_name_is_kept(self) -> None:
        file = FileAnswers("acme_get").delivered(reading(content_disposition='attachment; filename="r 1.pdf"')).file
        assert file is not None
        assert file.name == "r 1.pdf"

    def test_what_is_no_file_stays_as_it_is(self) -> None:
        for read in (reading(b"[]", content_type="application/json"), reading(status=404)):
            assert FileAnswers("acme_get", max_result_bytes=0).delivered(read) is read


class TestLargeFiles:
    def test_with_a_folder_it_is_saved_and_the_notice_says_where(self, tmp_path: Path) -> None:
        read = FileAnswers("acme_get", tmp_path, max_result_bytes=4).delivered(reading())
        assert (read.ok, read.file) == (True, None)
        assert (tmp_path / "acme_get.pdf").read_bytes() == PDF
        notice = f"the body is a file: application/pdf, 5 bytes, saved as {tmp_path}/acme_get.pdf"
        assert read.structured == {"status_code": 200, "body": None, "notice": notice}

    def test_without_a_folder_it_is_an_error_that_says_how_large_it_is_and_which_option_saves_it(self) -> None:
        read = FileAnswers("acme_get", max_result_bytes=4).delivered(reading())
        assert (read.ok, read.file) == (False, None)
        assert "(application/pdf, 5 bytes)" in read.error
        assert "--files-dir FOLDER" in read.error
        assert read.structured["body"] is None

    def test_the_limit_itself_is_a_part_of_the_result(self) -> None:
        assert FileAnswers("acme_get", max_result_bytes=5).delivered(reading()).file is not None


class TestOverflow:
    def response(self, status: int = 200, **headers: str) -> VendorResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return VendorResponse(status, {"content-type": "video/mp4", **named}, b"")

    def test_a_file_goes_to_the_folder_under_its_name(self, tmp_path: Path) -> None:
        answers = FileAnswers("acme_get", tmp_path)
        download = answers.download(self.response(content_disposition="attachment; filename=r.mp4"))
        assert download is not None
        with download:
            assert download.finish().path == tmp_path / "r.mp4"

    @pytest.mark.parametrize(
        ("status", "media_type"), [(200, "application/json"), (200, "text/csv"), (404, "video/mp4")]
    )
    def test_text_and_errors_do_not(self, tmp_path: Path, status: int, media_type: str) -> None:
        assert FileAnswers("acme_get", tmp_path).download(self.response(status, content_type=media_type)) is None
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("headers", "said"),
        [
            ({"content_length": "123456789"}, r"\(video/mp4, 123,456,789 bytes\)"),
            ({"content_length": "123", "content_encoding": "gzip"}, r"\(video/mp4\)"),
            ({}, r"\(video/mp4\)"),
        ],
    )
    def test_without_a_folder_the_declared_size_is_told(self, headers: dict[str, Any], said: str) -> None:
        with pytest.raises(SavingError, match=said):
            FileAnswers("acme_get").download(self.response(**headers))
