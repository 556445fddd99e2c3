"""Where the files are that come with the code: ``specs/`` and ``overrides.yaml``."""

from __future__ import annotations

from pathlib import Path

from bridge import __version__

DISTRIBUTION = "zoom-webex-bridge"

_PACKAGE = Path(__file__).resolve().parent


def shipped_path(name: str) -> Path:
    """Return the path of a shipped file or folder, in a checkout or in an installed wheel.

    Args:
        name: a path below the project's root, such as ``specs/sources.yaml``.
    """
    in_wheel = _PACKAGE / "shipped_files" / name
    return in_wheel if in_wheel.exists() else _PACKAGE.parent / name


def package_version() -> str:
    """Return the version of this package, as in ``bridge/__init__.py``; its metadata take long to read."""
    return __version__


def user_agent() -> str:
    """Return what the vendor sees as ``User-Agent``: ``<name>/<version>`` (RFC 9110, section 10.1.5)."""
    return f"{DISTRIBUTION}/{package_version()}"
