"""An answer that is a file: its name, and the file that it becomes where it is too large for a result."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value
from pathlib import Path
from types import TracebackType

from bridge.errors import SavingError
from bridge.file_names import safe_file_name

MAX_RESULT_BYTES = 1024 * 1024
"""What a file may have to be a part of a result, where it is a third larger, as base64."""

MAX_SAVED_BYTES = 4 * 1024 * 1024 * 1024
"""What one saved answer may have."""


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that was written: where, and how many bytes it has."""

    path: Path
    size: int


def disposition_name(headers: Mapping[str, str]) -> str:
    """Return the file name of a Content-Disposition header (RFC 6266), made safe; empty where there is none.

    ``filename*`` goes before ``filename`` (section 4.3).
    """
    given = headers.get("content-disposition", "")
    if not given:
        return ""
    message = Message()
    message["content-disposition"] = " ".join(given.split())
    try:
        parameters = message.get_params([], header="content-disposition")
    except (ValueError, IndexError):  # Python's reader of parameters is not made for everything that comes
        return ""
    names = [value for name, value in parameters if name.lower() == "filename"]
    # A value of `filename*` is a triple: character set, language, text.
    names.sort(key=lambda value: not isinstance(value, tuple))
    return safe_file_name(collapse_rfc2231_value(names[0])) if names else ""


class Download:
    """A file that is being written; it has its name only when it is whole.

    Used as a context manager; what is not finished at its end is removed.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._size = 0
        with _saying(folder):
            # 0600, and a name that no other file has
            descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        self._temporary = Path(temporary)
        self._file = os.fdopen(descriptor, "wb")

    def __enter__(self) -> Download:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Write what comes next.

        Raises:
            SavingError: the disk is full, or the file is larger than allowed.
        """
        self._size += len(data)
        if self._size > MAX_SAVED_BYTES:
            raise SavingError(f"the file is larger than {MAX_SAVED_BYTES // 1024**3} GB, and was not saved")
        with _saying(self._folder):
            self._file.write(data)

    def finish(self) -> SavedFile:
        """Give the file its name, or one like it that is free; no file is ever overwritten.

        Raises:
            SavingError: it cannot be written.
        """
        with _saying(self._folder):
            self._file.close()
            path = self._reserved()
            self._temporary.replace(path)
        return SavedFile(path, self._size)

    def _reserved(self) -> Path:
        """Make an empty file under the first name that is free, for this one to take its place."""
        name = Path(self._name)
        for count in itertools.count(1):
            path = self._folder / (f"{name.stem}-{count}{name.suffix}" if count > 1 else name)
            with contextlib.suppress(FileExistsError):
                path.touch(0o600, exist_ok=False)
                return path
        raise AssertionError("there is always a free name")


@contextlib.contextmanager
def _saying(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SavingError(f"the answer cannot be saved in {folder}: {error.strerror or type(error).__name__}") from None
