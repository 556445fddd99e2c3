"""Nodes of an override file -> values of the right type; whatever else stands there becomes a ``Problem``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bridge.catalogue.overrides_nodes import (
    Fields,
    Items,
    JsonValue,
    Leaf,
    Node,
    Place,
    Problem,
    described,
    plain,
    shortened,
)
from bridge.catalogue.parameter_override import UNSET, Unset
from bridge.errors import nearest


def unknown(kind: str, name: str, where: str, known: Collection[str]) -> str:
    """Return the message on a name that is not one of ``known``: the nearest of them, else all."""
    match = nearest(name, known)
    help_text = (
        f"did you mean {match!r}?" if match else f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}"
    )
    return f"unknown {kind} {shortened(name)!r} in {where}; {help_text}"


@dataclass(frozen=True, slots=True)
class Section:
    """One mapping of a file whose keys are known; reads a key's value as the type that it must have.

    Attributes:
        where: what messages call it: ``tool 'GET /people'``.
        fields: the mapping, unknown keys included.
        problems: what is found is added here.
    """

    where: str
    fields: Fields
    problems: list[Problem]

    @property
    def place(self) -> Place:
        """Return where the mapping stands."""
        return self.fields.place

    def node(self, key: str) -> Node | None:
        """Return what stands under a key, None where the key is not there."""
        return self.fields.entries.get(key)

    def place_of(self, key: str) -> Place:
        """Return where the value of a key stands; the mapping's place where the key is not there."""
        node = self.node(key)
        return node.place if node else self.place

    def error(self, place: Place, message: str) -> None:
        """Add an error."""
        self.problems.append(Problem.at(place, "error", message))

    def warning(self, place: Place, message: str) -> None:
        """Tell of something that works, and hardly as it was meant."""
        self.problems.append(Problem.at(place, "warning", message))

    def wrong(self, key: str, node: Node, expected: str) -> None:
        """Add the error that a value is not what it must be."""
        quotes = " (put it in quotes)" if expected.startswith("text") and _is_quotable(node) else ""
        self.error(node.place, f"{key!r} in {self.where} must be {expected}, not {described(node)}{quotes}")

    def text(self, key: str) -> str | None:
        """Return a text, stripped; None where it is absent, empty or something else."""
        node = self.node(key)
        return None if node is None else self._text(key, node, "text")

    def _text(self, key: str, node: Node, expected: str) -> str | None:
        if not isinstance(node, Leaf) or not isinstance(node.value, str):
            self.wrong(key, node, expected)
            return None
        if not node.value.strip():
            self.error(node.place, f"{key!r} in {self.where} is empty")
            return None
        return node.value.strip()

    def texts(self, key: str, *, or_one: bool) -> tuple[str, ...] | None:
        """Return a list of texts, None where the key is absent.

        Args:
            key: the key.
            or_one: whether one text may stand there instead of a list.
        """
        node = self.node(key)
        if node is None:
            return None
        expected = "text or a list of texts" if or_one else "a list of texts"
        if isinstance(node, Items):
            texts = [self._text(key, entry, "text in every entry") for entry in node.entries]
        elif or_one:
            texts = [self._text(key, node, expected)]
        else:
            self.wrong(key, node, expected)
            return None
        return tuple(dict.fromkeys(text for text in texts if text is not None))

    def flag(self, key: str) -> bool | None:
        """Return a boolean, None where it is absent or something else."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Leaf) and isinstance(node.value, bool):
            return node.value
        self.wrong(key, node, "true or false")
        return None

    def choice(self, key: str, choices: Collection[str]) -> str | None:
        """Return one of some texts, None where it is absent or something else."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Leaf) and isinstance(node.value, str) and node.value in choices:
            return node.value
        self.wrong(key, node, " or ".join(choices))
        return None

    def whole(self, key: str, lowest: int, highest: int) -> int | None:
        """Return a whole number within limits, None where it is absent or something else."""
        node = self.node(key)
        if node is None:
            return None
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self.wrong(key, node, f"a whole number from {lowest} to {highest}")
        return None

    def json(self, key: str) -> JsonValue | Unset:
        """Return any JSON value, ``UNSET`` where the key is absent."""
        node = self.node(key)
        return UNSET if node is None else plain(node)

    def url(self, key: str) -> str | None:
        """Return an absolute http or https URL without a trailing slash, None where it is absent or something else."""
        text = self.text(key)
        if text is None:
            return None
        if not is_base_url(text):
            expected = "an absolute http:// or https:// URL without query and user name"
            self.wrong(key, Leaf(text, self.place_of(key)), expected)
            return None
        return text.rstrip("/")

    def path_glob(self, key: str) -> str | None:
        """Return a glob over paths, None where the key is absent or no text."""
        glob = self.text(key)
        return None if glob is None else self._checked_glob(key, glob)

    def path_globs(self, key: str) -> tuple[str, ...] | None:
        """Return one or several globs over paths, None where the key is absent."""
        globs = self.texts(key, or_one=True)
        return None if globs is None else tuple(self._checked_glob(key, glob) for glob in globs)

    def _checked_glob(self, key: str, glob: str) -> str:
        if not glob.startswith(("/", "*")):
            near = f"/{shortened(glob)}"
            self.error(self.place_of(key), f"{key!r} in {self.where} must begin with '/'; did you mean {near!r}?")
        return glob

    def section(self, key: str, where: str, known: Collection[str]) -> Section | None:
        """Return the mapping under a key, None where there is none; its unknown keys are errors."""
        node = self.node(key)
        return None if node is None else open_section(node, where, known, self.problems)

    def named(self, key: str, what: str) -> Mapping[str, tuple[Place, Node]]:
        """Return the entries of a mapping whose keys are names that a person chose, with the keys' places."""
        node = self.node(key)
        if node is None or _is_nothing(node):
            return {}
        if not isinstance(node, Fields):
            self.wrong(key, node, what)
            return {}
        return {name: (node.key_places[name], entry) for name, entry in node.entries.items()}


def open_section(node: Node, where: str, known: Collection[str] | None, problems: list[Problem]) -> Section | None:
    """Return a mapping whose keys are known, None for anything else; unknown keys are errors.

    A key with nothing under it, such as ``tools:`` above lines that are commented out, is an empty mapping.

    Args:
        node: what stands there.
        where: what messages call it.
        known: the keys that may stand there; None where the caller looks at them.
        problems: what is found is added here.
    """
    if _is_nothing(node):
        return Section(where, Fields({}, {}, node.place), problems)
    if not isinstance(node, Fields):
        keys = f" with {', '.join(known)}" if known else ""
        problems.append(Problem.at(node.place, "error", f"{where} must be a mapping{keys}, not {described(node)}"))
        return None
    if known is not None:
        for key, place in node.key_places.items():
            if key not in known:
                problems.append(Problem.at(place, "error", unknown("key", key, where, known)))
    return Section(where, node, problems)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Leaf) and node.value is None


def _is_quotable(node: Node) -> bool:
    return isinstance(node, Leaf) and node.value is not None and not isinstance(node.value, str)


def is_base_url(text: str) -> bool:
    """Tell whether a text can stand in front of a path: absolute, http or https, nothing after its own path."""
    if any(character.isspace() or character in "{}?#@\\" for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False
