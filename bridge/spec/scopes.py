"""OAuth scopes and rate limit classes of an operation, from wherever the vendor writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bridge.spec.document import Document, JsonObject

# Webex names scopes only in the prose, mostly in back-ticks: `spark-admin:telephony_config_write`, `cjp:config_read`,
# 'cloud-contact-center:pod_conv', meeting:schedules_write and the like.
_PROSE_SCOPE = re.compile(
    r"(?<![\w:/.-])((?:spark(?:-[a-z]+)?|cjp(?:-[a-z]+)?|cjds|cloud-contact-center|meeting|analytics|audit|[iI]dentity"
    r"|guest-issuer|application|cloudqualityadmin|webexsquare):[a-zA-Z][a-zA-Z_]+(?::[a-z_]+)?)(?![\w/])"
)
# Zoom: "**[Scopes](https://...):** `user:read`,`user:read:admin`" and "**Granular Scopes:** ..."; one line each.
_SCOPES_BLOCK = re.compile(r"\*\*\[?(?:Granular )?Scopes\]?(?:\([^)\n]*\))?:?\*\*:?([^\n]*)", re.IGNORECASE)
_QUOTED = re.compile(r"`\s*([\w.:/-]+:[\w.:/-]+)\s*`")
_RATE_LABEL = re.compile(r"Rate Limit Label[^\n`]*`\s*(LIGHT|MEDIUM|HEAVY|RESOURCE-INTENSIVE)\s*`", re.IGNORECASE)
_RATE_LABEL_PLAIN = re.compile(r"Rate Limit Label[^\n]*?\b(LIGHT|MEDIUM|HEAVY|RESOURCE-INTENSIVE)\b", re.IGNORECASE)


def operation_scopes(document: Document, operation: JsonObject) -> list[str]:
    """Return the scopes that an operation names, in order, each once: alternatives of one another.

    Zoom: ``security`` and ``x-extensions`` (``x-macro-scopes``, ``x-granular-scopes``), else the blocks **Scopes** and
    **Granular Scopes** of the description. Webex: the prose.
    """
    found = [*_declared(document, operation), *_extended(operation)]
    if not found:
        text = str(operation.get("description") or "")
        found = [scope for block in _SCOPES_BLOCK.findall(text) for scope in _QUOTED.findall(block)]
        found = found or _PROSE_SCOPE.findall(text)
    return list(dict.fromkeys(found))


def _declared(document: Document, operation: JsonObject) -> Iterator[str]:
    security = operation.get("security", document.content.get("security"))
    for requirement in security if isinstance(security, list) else ():
        if isinstance(requirement, dict):
            for scopes in requirement.values():
                yield from _texts(scopes)


def _extended(operation: JsonObject) -> Iterator[str]:
    extensions = operation.get("x-extensions")
    if isinstance(extensions, dict):
        for key in ("x-macro-scopes", "x-granular-scopes"):
            yield from _texts(extensions.get(key))


def _texts(found: Any) -> Iterator[str]:
    listed = found if isinstance(found, list) else [found]
    return (entry.strip() for entry in listed if isinstance(entry, str) and entry.strip())


def rate_label(operation: JsonObject) -> str | None:
    """Return the rate limit class of a Zoom operation: ``x-rate-limit-label``, else the one in the prose."""
    declared = operation.get("x-rate-limit-label")
    if isinstance(declared, str) and declared.strip():
        return declared.strip().upper()
    text = str(operation.get("description") or "")
    found = _RATE_LABEL.search(text) or _RATE_LABEL_PLAIN.search(text)
    return found[1].upper() if found else None
