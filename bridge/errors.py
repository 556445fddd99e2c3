"""The exceptions of this package.

::

    BridgeError                 whatever stops the work; its text is one clear sentence for a person
    ├── SpecError               a document, or the place where documents are, cannot be used
    │   ├── SpecNotFoundError   no such vendor, document, file or folder
    │   └── SpecFormatError     what is there is no OpenAPI document that we read
    ├── OverridesError          the override files have errors; carries all of them
    ├── LockError               a lock file cannot be read or written, or the store is not as it says
    ├── OptionError             a command line option or an environment variable is wrong
    ├── ToolNotFoundError       no exposed tool has this name
    ├── NotAllowedError     a call is not allowed: by the command line, or by the person who was asked
    ├── ArgumentError           the arguments of a call do not fit the tool
    ├── TokenError              a call has no token, or one that cannot be sent
    ├── IndexFormatError        the bytes are no search index
    ├── CacheFormatError        a file is no compiled catalogue of ours
    ├── UpstreamError           the vendor could not be reached, or did not answer
    │   ├── NotSentError        it was surely not carried out
    │   └── UnansweredError     it was sent: nobody knows whether it was carried out
    │       └── ConnectionLostError   ... because the connection broke
    └── SavingError             what the vendor answered cannot be written to the disk

Problems *found* in documents and override files are values (``Repair``, ``Problem``), not exceptions.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BridgeError(Exception):
    """Whatever stops the work. ``str(error)`` is one sentence for the person who can mend it."""


class SpecError(BridgeError):
    """A document, or the place where documents are, cannot be used."""


class SpecNotFoundError(SpecError):
    """No such vendor, document, file or folder."""


class SpecFormatError(SpecError):
    """What is there is no OpenAPI document that we read."""


class OverridesError(BridgeError):
    """The override files have errors."""


class LockError(BridgeError):
    """A lock file cannot be read or written, or the store is not as it says."""


class OptionError(BridgeError):
    """A command line option or an environment variable has a value that cannot be used."""


class ToolNotFoundError(BridgeError):
    """No exposed tool has this name."""


class NotAllowedError(BridgeError):
    """A call is not allowed, by the command line or by the person who was asked; nothing was sent."""


class ArgumentError(BridgeError):
    """The arguments of a call do not fit the tool; nothing was sent."""


class TokenError(BridgeError):
    """A call has no token, or one that cannot be sent; nothing was sent."""


class CacheFormatError(BridgeError):
    """A file is no compiled catalogue that we use: damaged, of another version, or somebody else's."""


class IndexFormatError(BridgeError):
    """The bytes are no search index, one of another version, or damaged."""


class UpstreamError(BridgeError):
    """The vendor could not be reached, or did not answer in time."""


class NotSentError(UpstreamError):
    """No connection came about, or the vendor says that it did nothing: it may be sent again, whatever it does."""


class UnansweredError(UpstreamError):
    """The request was sent, and its answer did not come, or not whole: nobody knows whether it was carried out."""


class ConnectionLostError(UnansweredError):
    """The connection broke before the whole answer was there."""


class SavingError(BridgeError):
    """What the vendor answered cannot be written to the disk."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the entry of ``known`` that is most like ``name``, or None if none is like it."""
    by_folded = {entry.casefold(): entry for entry in known}
    matches = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest entry of ``known``, or an empty string."""
    match = nearest(name, known)
    return f"; did you mean {match!r}?" if match else ""
