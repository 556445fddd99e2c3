"""What becomes of an answer that is a file: a part of the result, a file in a folder, or an error that says how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bridge.errors import SavingError
from bridge.media_types import BYTES, extension_of, is_text
from bridge.upstream.client import VendorResponse
from bridge.upstream.response import Reading, saved_notice
from bridge.upstream.saving import MAX_RESULT_BYTES, Download, SavedFile, disposition_name


@dataclass(frozen=True, slots=True)
class FileAnswers:
    """Where the answers of a tool go that are files.

    Attributes:
        tool: its name, which names files that the vendor does not.
        folder: where large ones are saved; None: nowhere.
        max_result_bytes: how large one may be to be a part of the result.
    """

    tool: str
    folder: Path | None = None
    max_result_bytes: int = MAX_RESULT_BYTES

    def name(self, given: str, media_type: str) -> str:
        """Return the name of a file: the one that is given, else the tool's with the extension of the media type."""
        return given or f"{self.tool}{extension_of(media_type)}"

    def download(self, response: VendorResponse) -> Download | None:
        """Return what a body is written to that is too large for the memory; None for text and errors.

        Raises:
            SavingError: there is no folder, or it cannot be written to.
        """
        media_type = response.media_type or BYTES
        if is_text(media_type) or not 200 <= response.status < 300:
            return None
        if self.folder is None:
            declared = response.headers.get("content-length", "")
            size = int(declared) if declared.isdecimal() and "content-encoding" not in response.headers else None
            raise SavingError(self._too_large(media_type, size))
        return Download(self.folder, self.name(disposition_name(response.headers), media_type))

    def delivered(self, reading: Reading) -> Reading:
        """Return a reading whose file is named, or saved where it is too large for a result; an error if it cannot be.

        Raises:
            SavingError: it cannot be written.
        """
        file = reading.file
        if file is None:
            return reading
        name = self.name(file.name, file.media_type)
        if len(file.content) <= self.max_result_bytes:
            return replace(reading, file=replace(file, name=name))
        if self.folder is None:
            error = self._too_large(file.media_type, len(file.content))
            return replace(reading, ok=False, error=error, file=None)
        saved = _saved(self.folder, name, file.content)
        structured = {**reading.structured, "notice": saved_notice(saved, file.media_type)}
        return replace(reading, structured=structured, file=None)

    def _too_large(self, media_type: str, size: int | None) -> str:
        shown = f", {size:,} bytes" if size is not None else ""
        return (
            f"the vendor answered with a file ({media_type}{shown}) that does not fit into a result; "
            "with --files-dir FOLDER (of call, or of serve over stdio) such files are saved there"
        )


def _saved(folder: Path, name: str, content: bytes) -> SavedFile:
    with Download(folder, name) as download:
        download.write(content)
        return download.finish()
