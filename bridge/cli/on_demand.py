"""Commands that are imported when they are asked for: ``serve``, which clients wait for, needs little of the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS: Mapping[str, str] = {
    "serve": "serve.serve",
    "list-tools": "list_tools.list_tools",
    "search": "search.search",
    "show-tool": "show_tool.show_tool",
    "call": "call.call",
    "login": "login.login",
    "logout": "login.logout",
    "whoami": "login.whoami",
    "doctor": "doctor.doctor",
    "sandbox": "sandbox.sandbox",
    "version": "version.version",
    "specs": "specs.app",
    "overrides": "overrides.app",
    "cache": "cache.app",
}
"""By name, in the order of the help: the module of ``bridge.cli`` and what is in it, a function or an app."""


class _Commands(MutableMapping[str, Any]):
    """The commands by name, each made at its first use."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _command(name)
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"the command {name} stays")

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _command(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(".")
    found = getattr(import_module(f"bridge.cli.{module}"), attribute)
    around = typer.Typer()
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
        around.callback()(lambda: None)
    group = typer.main.get_group(around)
    return group.commands[name]


class OnDemand(TyperGroup):
    """The group of all commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": None})
        self.commands = _Commands()
