"""What the server answered to the requests that clients begin with, kept from one start to the next.

They depend on the catalogue, the options and the packages alone: a server that was up before can give them before it
is up again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from bridge.catalogue.cache.file import open_sections, write_sections
from bridge.catalogue.cache.store import ANSWERS_SUFFIX
from bridge.errors import CacheFormatError
from bridge.spec.document import JsonObject, compact_json

FIRST_REQUESTS: Final = frozenset(
    {
        "initialize",
        "ping",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
        "server/discover",
        "tools/list",
    }
)
"""The methods whose answers are kept: none of them does anything, and none has a caller's data."""

_MOST = 32
"""How many answers are kept: a few clients, each with its own capabilities."""

_MOST_FILES = 8

_LONGEST = 4_096
"""Characters of a request that is kept."""

_CLIENT = "io.modelcontextprotocol/clientInfo"
_SECTION = "answers"
_PACKAGES = ("fastmcp", "mcp", "mcp_types")

_log = logging.getLogger("bridge.cache")


def question_of(method: str, params: Mapping[str, Any] | None) -> str | None:
    """Return what an answer depends on: the request without who asks; None for one whose answer is not kept."""
    if method not in FIRST_REQUESTS:
        return None
    asked = dict(params or {})
    meta = asked.pop("_meta", None)
    if method == "initialize":
        asked.pop("clientInfo", None)
    if isinstance(meta, Mapping):
        meta = {key: value for key, value in meta.items() if key not in (_CLIENT, "progressToken")}
    if meta:
        asked["_meta"] = meta
    question = json.dumps([method, asked], sort_keys=True)
    return question if len(question) <= _LONGEST else None


def answers_path(catalogue: Path, instructions: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the file of the answers that go with a compiled catalogue.

    Args:
        catalogue: its file.
        instructions: what the server says of itself, in which the options show that matter here.
        environ: FastMCP reads settings from it; None is returned where it does.
    """
    if any(name.startswith("FASTMCP_") and name != "FASTMCP_LOG_ENABLED" for name in environ):
        return None
    # Not the content of .env, which FastMCP reads settings from too: there may be tokens in it.
    facts = [instructions, *map(_facts, (*_package_files(), Path(".env").absolute()))]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    return catalogue.with_name(f"{catalogue.stem}.{digest[:16]}{ANSWERS_SUFFIX}")


def _package_files() -> Iterable[Path]:
    for name in _PACKAGES:
        found = find_spec(name)
        if found is not None and found.origin is not None:
            yield Path(found.origin)


def _facts(path: Path) -> list[Any]:
    try:
        about = path.stat()
    except OSError:
        return [str(path)]
    return [str(path), about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns]


class KnownAnswers:
    """Answers by question; the tools of a listing are not in them.

    Args:
        path: the file that keeps them; None: nothing is known, and nothing is kept.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._answers = _read(path) if path else {}

    def __bool__(self) -> bool:
        return bool(self._answers)

    @property
    def keeps(self) -> bool:
        """Tell whether there is a place for more."""
        return self._path is not None and len(self._answers) < _MOST

    def result(self, question: str, tools: Callable[[], bytes]) -> bytes | None:
        """Return the result of a request as JSON, None if it is not known.

        Args:
            question: from :func:`question_of`.
            tools: returns what stands where the answer had a listing.
        """
        parts = self._answers.get(question)
        if not parts:
            return None
        first, *rest = (part.encode() for part in parts)
        return tools().join([first, *rest]) if rest else first

    def learn(self, question: str, result: JsonObject, mark: str) -> None:
        """Keep an answer for the next start, if it can be kept.

        Args:
            question: from :func:`question_of`.
            result: as it was sent.
            mark: what stands in it in the place of a listing.
        """
        if self._path is None or not self.keeps or question in self._answers:
            return
        self._answers[question] = _parts(result, mark)
        try:
            self._make_room()
            write_sections(self._path, {_SECTION: compact_json(self._answers)})
        except OSError as error:
            _log.info("what clients ask first is not kept for the next start: %s", error)
            self._path = None

    def _make_room(self) -> None:
        """Leave few files of this kind with one catalogue: each upgrade and each set of options begins another."""
        if self._path is None or self._path.exists():
            return
        catalogue = self._path.name.split(".")[0]
        files = sorted(self._path.parent.glob(f"{catalogue}.*{ANSWERS_SUFFIX}"), key=lambda path: path.stat().st_mtime)
        for path in files[: -(_MOST_FILES - 1)]:
            path.unlink(missing_ok=True)

    def agrees(self, question: str, result: JsonObject, mark: str) -> bool:
        """Tell whether this result is the known one; the arguments are those of ``learn``."""
        return self._answers.get(question) == _parts(result, mark)

    def close(self) -> None:
        """Learn no more: what is served from now on is another catalogue."""
        self._path = None

    def forget(self) -> None:
        """Keep none of them: one is no longer true."""
        self._answers = {}
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()


def _parts(result: JsonObject, mark: str) -> list[str]:
    return compact_json(result).decode().split(json.dumps(mark), 1)


def _read(path: Path) -> dict[str, list[str]]:
    try:
        content = json.loads(bytes(open_sections(path).section(_SECTION)))
    except FileNotFoundError:
        return {}
    except (OSError, CacheFormatError, ValueError) as error:
        _log.info("%s is not used, and made anew: %s", path, error)
        return {}
    return content if _is_well_formed(content) else {}


def _is_well_formed(content: Any) -> bool:
    return isinstance(content, dict) and all(
        isinstance(parts, list) and len(parts) in (1, 2) and all(isinstance(part, str) for part in parts)
        for parts in content.values()
    )
