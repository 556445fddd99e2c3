"""Which override files are read, and which of them wins."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bridge.errors import OptionError
from bridge.shipped import shipped_path

OVERRIDES_VARIABLE = "BRIDGE_OVERRIDES"
FILE_NAME = "overrides.yaml"


def find_overrides(paths: Sequence[Path], environ: Mapping[str, str], cwd: Path) -> tuple[Path, ...]:
    """Return the override files, the one that wins last.

    Those of ``paths``, else those of ``BRIDGE_OVERRIDES`` (separated as in ``PATH``), else ``overrides.yaml`` of the
    working directory, else the shipped one.

    Args:
        paths: what ``--overrides`` named.
        environ: the environment.
        cwd: the working directory, where relative paths begin.

    Raises:
        OptionError: a file that was named does not exist.
    """
    if paths:
        return tuple(_existing(path, "--overrides", cwd) for path in paths)
    named = [name for name in environ.get(OVERRIDES_VARIABLE, "").split(os.pathsep) if name.strip()]
    if named:
        return tuple(_existing(Path(name.strip()), OVERRIDES_VARIABLE, cwd) for name in named)
    here = cwd / FILE_NAME
    return (here if here.is_file() else shipped_path(FILE_NAME),)


def _existing(path: Path, named_by: str, cwd: Path) -> Path:
    try:
        found = cwd / path.expanduser()
    except RuntimeError:  # `~somebody` of whom the system knows no home
        found = cwd / path
    if found.exists() and not found.is_dir():
        return found
    what = "is a folder, not a file" if found.is_dir() else "no such file"
    raise OptionError(f"{named_by} {path}: {what}; /dev/null curates nothing")
