"""How large a document may be: far more than any official one has, far less than what exhausts a machine.

A document is input from outside. What is over a limit of the whole document is refused in one sentence; what is over a
limit of one place is taken out there, and ``specs check`` says so. In brackets, what the official documents reach.
"""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 64 * 1024 * 1024
"""Bytes of a file [6.6 MB]. Read whole, and decoded it may take four times as much memory."""

MAX_DEPTH: Final = 100
"""Levels of nesting [28]. Whatever walks a document by calling itself stays far from Python's 1,000 calls."""

MAX_VALUES: Final = 1_000_000
"""Values, counted with aliases, merge keys and path items by reference written out [116,000]. Some 100 bytes each."""

MAX_OPERATIONS: Final = 10_000
"""Operations of a document [1,001]. Each becomes a tool, with a name that is told apart from all others."""

MAX_TEXT: Final = 30_000
"""Characters of a description, title or summary [12,115]. What is longer is cut: a model reads all of it."""

MAX_NAME: Final = 1_000
"""Characters of a path or an operationId [116]. Names are made of its words."""

MAX_ENUM: Final = 1_000
"""Values of an ``enum`` [71]. Beyond, any value is taken: the list would fill the model's context."""

MAX_VALUE_TEXT: Final = 1_000
"""Characters of a ``default``, ``const``, ``pattern`` or value of an ``enum`` [129]. What is longer is left out."""

MAX_LEAST: Final = 1_000
"""Characters that ``minLength`` may ask for when an example is made [32]."""

MAX_FEWEST: Final = 100
"""Entries that ``minItems`` and ``minProperties`` may ask for in an example [2]; a tenth of it a level deeper."""

MAX_ALTERNATIVES: Final = 100
"""Alternatives that merging ``allOf`` may give [2]; ``allOf`` of ten ``anyOf`` of ten would be ten thousand million."""
