"""Which files are read, how they are laid over each other, and what the files alone can tell."""

from __future__ import annotations

import json
import os
import pickle
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.catalogue.overrides import (
    BASE_URL_KEYS,
    NAMING_KEYS,
    UNSET,
    VENDOR_KEYS,
    Hidden,
    Overrides,
    Problem,
    curate,
    curated_vendor,
    load_overrides,
)
from bridge.catalogue.overrides_files import find_overrides
from bridge.catalogue.overrides_tools import ANNOTATION_KEYS, PARAMETER_KEYS, TOOL_KEYS
from bridge.catalogue.selectors import SELECTOR_KEYS
from bridge.errors import OptionError
from bridge.shipped import shipped_path
from bridge.spec.operation import operations_of
from bridge.vendors import BaseUrlRule
from tests.documents import ACME, document

VENDORS = ("acme", "zoom")


def load(folder: Path, *texts: str) -> Overrides:
    """Load files ``a.yaml``, ``b.yaml``, ... with these texts."""
    paths = [folder / f"{letter}.yaml" for letter, _ in zip("abcdef", texts, strict=False)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    return load_overrides(paths, VENDORS)


def lines(overrides: Overrides, folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder}{os.sep}", "") for problem in overrides.problems]


class TestFind:
    def test_named_files_come_first_in_their_order(self, tmp_path: Path) -> None:
        for name in ("a.yaml", "b.yaml", "overrides.yaml"):
            (tmp_path / name).touch()
        found = find_overrides([Path("b.yaml"), tmp_path / "a.yaml"], {"BRIDGE_OVERRIDES": "overrides.yaml"}, tmp_path)
        assert found == (tmp_path / "b.yaml", tmp_path / "a.yaml")

    def test_the_variable_is_a_list_of_files(self, tmp_path: Path) -> None:
        for name in ("a.yaml", "b.yaml", "overrides.yaml"):
            (tmp_path / name).touch()
        named = os.pathsep.join(["a.yaml", "", str(tmp_path / "b.yaml")])
        assert find_overrides([], {"BRIDGE_OVERRIDES": named}, tmp_path) == (tmp_path / "a.yaml", tmp_path / "b.yaml")

    @pytest.mark.parametrize("environ", [{}, {"BRIDGE_OVERRIDES": ""}])
    def test_the_file_of_the_working_directory_comes_before_the_shipped_one(
        self, tmp_path: Path, environ: dict[str, str]
    ) -> None:
        assert find_overrides([], environ, tmp_path) == (shipped_path("overrides.yaml"),)
        (tmp_path / "overrides.yaml").touch()
        assert find_overrides([], environ, tmp_path) == (tmp_path / "overrides.yaml",)

    def test_a_tilde_is_the_home_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / "mine.yaml").touch()
        assert find_overrides([Path("~/mine.yaml")], {}, Path("/")) == (tmp_path / "mine.yaml",)

    @pytest.mark.parametrize("name", ["no.yaml", "~nobody-of-that-name/x.yaml"])
    def test_a_named_file_that_is_not_there_is_an_error(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(OptionError, match=rf"^--overrides {name}: no such file; /dev/null curates nothing$"):
            find_overrides([Path(name)], {}, tmp_path)
        with pytest.raises(OptionError, match=rf"^BRIDGE_OVERRIDES {name}: no such file"):
            find_overrides([], {"BRIDGE_OVERRIDES": name}, tmp_path)

    def test_a_folder_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(OptionError, match="is a folder, not a file"):
            find_overrides([tmp_path], {}, tmp_path)

    @pytest.mark.skipif(os.name == "nt", reason="no /dev/null")
    def test_dev_null_curates_nothing(self, tmp_path: Path) -> None:
        overrides = load_overrides(find_overrides([Path("/dev/null")], {}, tmp_path), VENDORS)
        assert (overrides.vendors, overrides.problems) == ({}, ())


class TestLayers:
    def test_a_list_of_a_later_file_replaces_that_of_an_earlier_one(self, tmp_path: Path) -> None:
        overrides = load(
            tmp_path,
            "acme: {include: [/a, /b], exclude: [/c], base_url: https://one.example}",
            "acme: {include: [/z]}\nzoom: {exclude: [/y]}",
            "acme: {exclude: [], base_url: []}",
        )
        acme = overrides.vendors["acme"]
        assert [str(selector) for selector in acme.include or ()] == ["* /z"]
        assert (acme.exclude, acme.base_urls) == ((), ())
        assert overrides.vendors["zoom"].include is None
        assert overrides.problems == ()

    def test_the_later_max_length_wins_and_absence_keeps_the_earlier_one(self, tmp_path: Path) -> None:
        texts = ["acme: {naming: {max_length: 20}}", "acme: {naming: {max_length: 30}}", "acme: {naming: {}}"]
        assert load(tmp_path, *texts).vendors["acme"].max_length == 30

    def test_a_file_that_is_named_twice_counts_once_in_its_last_place(self, tmp_path: Path) -> None:
        first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
        first.write_text("acme: {naming: {max_length: 20}}", "utf-8")
        second.write_text("acme: {naming: {max_length: 30}}", "utf-8")
        overrides = load_overrides([first, second, first], VENDORS)
        assert overrides.files == (second, first)
        assert overrides.vendors["acme"].max_length == 20

    def test_a_broken_file_leaves_the_others_as_they_are(self, tmp_path: Path) -> None:
        overrides = load(tmp_path, "acme: {include: [/a]}", "acme: [")
        assert overrides.vendors["acme"].include is not None
        assert [problem.severity for problem in overrides.problems] == ["error"]


class TestProblems:
    def test_a_problem_is_one_line_with_file_line_and_column(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "overrides.yaml").write_text("acme:\n  tools:\n    GET /people:\n      nmae: x\n", "utf-8")
        (problem,) = load_overrides(find_overrides([], {}, tmp_path), VENDORS).problems
        assert str(problem) == (
            "overrides.yaml:4:7: error: unknown key 'nmae' in tool 'GET /people'; did you mean 'name'?"
        )
        assert (problem.severity, problem.file, problem.line, problem.column) == ("error", "overrides.yaml", 4, 7)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                "zom: {}",
                "1:1: error: unknown vendor 'zom'; did you mean 'zoom'? "
                "(the vendor of an OpenAPI file is known where --spec names the file)",
            ),
            (
                "petstore: {}",
                "1:1: error: unknown vendor 'petstore'; there are acme, zoom "
                "(the vendor of an OpenAPI file is known where --spec names the file)",
            ),
            ("[acme]", "1:1: error: an override file must be a mapping, not a list"),
            (
                "acme: GET /people",
                "1:7: error: vendor 'acme' must be a mapping with include, exclude, tools, naming, "
                "synonyms, base_url, not the text 'GET /people'",
            ),
            ("acme: {includes: []}", "1:8: error: unknown key 'includes' in vendor 'acme'; did you mean 'include'?"),
            (
                "acme: {tools: [a]}",
                "1:15: error: 'tools' in vendor 'acme' must be a mapping of operations to what their "
                "tools are like, not a list",
            ),
            (
                "acme: {naming: 5}",
                "1:16: error: 'naming' of vendor 'acme' must be a mapping with max_length, not the number 5",
            ),
            (
                "acme: {naming: {max: 5}}",
                "1:17: error: unknown key 'max' in 'naming' of vendor 'acme'; there is max_length",
            ),
            (
                "acme: {naming: {max_length: 15}}",
                "1:29: error: 'max_length' in 'naming' of vendor 'acme' must be a whole "
                "number from 16 to 64, not the number 15",
            ),
            (
                "acme: {naming: {max_length: true}}",
                "1:29: error: 'max_length' in 'naming' of vendor 'acme' must be a whole number from 16 to 64, not true",
            ),
            (
                "acme: {synonyms: huddle}",
                "1:18: error: 'synonyms' in vendor 'acme' must be a list of groups such as [huddle, meeting], "
                "not the text 'huddle'",
            ),
            (
                "acme: {synonyms: [huddle]}",
                "1:19: error: a group in 'synonyms' of vendor 'acme' must be a list of texts such as "
                "[huddle, meeting], not the text 'huddle'",
            ),
            (
                "acme: {synonyms: [[huddle]]}",
                "1:19: error: a group in 'synonyms' of vendor 'acme' needs 2 texts or more",
            ),
            (
                "acme: {synonyms: [[huddle, meeting, 5]]}",
                "1:37: error: a group in 'synonyms' of vendor 'acme' must have a text in every entry, not the number 5",
            ),
            (
                "acme: {base_url: example.com}",
                "1:18: error: 'base_url' in vendor 'acme' must be an absolute http:// or "
                "https:// URL without query and user name, not the text 'example.com'",
            ),
            (
                "acme: {base_url: {url: 'https://x.example'}}",
                "1:18: error: 'base_url' in vendor 'acme' must be a URL or a "
                "list of rules with document, path, url, not a mapping",
            ),
            ("acme: {base_url: [{path: /a}]}", "1:19: error: a 'base_url' rule of vendor 'acme' needs the key 'url'"),
            (
                "acme: {base_url: [{url: 'https://x.example', pth: /a}]}",
                "1:46: error: unknown key 'pth' in a 'base_url' rule of vendor 'acme'; did you mean 'path'?",
            ),
            (
                "acme: {base_url: [{url: 'https://x.example', path: a}]}",
                "1:52: error: 'path' in a 'base_url' rule of vendor 'acme' must begin with '/'; did you mean '/a'?",
            ),
        ],
    )
    def test_a_mistake_is_one_error_at_its_place(self, tmp_path: Path, text: str, problem: str) -> None:
        overrides = load(tmp_path, text)
        assert lines(overrides, tmp_path) == [f"a.yaml:{problem}"]
        assert not any(section.base_urls for section in overrides.vendors.values())

    def test_problems_come_in_the_order_of_files_and_lines(self, tmp_path: Path) -> None:
        found = lines(load(tmp_path, "acme:\n  pin: 1\nacm: {}\nacme: {}", "zom: {}"), tmp_path)
        assert [line.split(" ")[0] for line in found] == ["a.yaml:2:3:", "a.yaml:3:1:", "a.yaml:4:1:", "b.yaml:1:1:"]


class TestDoubleNames:
    def test_one_name_for_two_tools_names_both_lines(self, tmp_path: Path) -> None:
        text = "acme:\n  tools:\n    GET /a: {name: same}\n    GET /b: {name: same}\n"
        assert lines(load(tmp_path, text), tmp_path) == [
            "a.yaml:4:20: error: the name 'same' is given twice: "
            "to 'GET /a' of acme (a.yaml:3:20) and to 'GET /b' of acme"
        ]

    def test_vendors_share_the_names(self, tmp_path: Path) -> None:
        text = "acme: {tools: {GET /a: {name: same}}}"
        found = lines(load(tmp_path, text, text.replace("acme", "zoom")), tmp_path)
        assert found == [
            "b.yaml:1:31: error: the name 'same' is given twice: "
            "to 'GET /a' of acme (a.yaml:1:31) and to 'GET /a' of zoom"
        ]

    def test_the_same_operation_in_two_files_is_no_double(self, tmp_path: Path) -> None:
        text = "acme: {tools: {GET /a: {name: same}}}"
        assert load(tmp_path, text, text).problems == ()

    def test_a_later_file_can_take_a_name_away(self, tmp_path: Path) -> None:
        texts = ["acme: {tools: {GET /a: {name: old}}}", "acme: {tools: {GET /a: {name: new}}}"]
        assert load(tmp_path, *texts, "zoom: {tools: {GET /b: {name: old}}}").problems == ()


class TestCuratedVendor:
    def test_base_urls_of_the_overrides_come_first(self, tmp_path: Path) -> None:
        text = """\
acme:
  base_url:
    - {document: acme/store, path: /stock/**, url: "https://eu.acme.example/v1/"}
    - {path: /people, url: "http://localhost:8080"}
"""
        overrides = load(tmp_path, text)
        assert overrides.problems == ()
        vendor = curated_vendor(ACME, overrides)
        assert vendor.base_urls[0] == BaseUrlRule("https://eu.acme.example/v1", "depot", "/stock/**")
        assert vendor.base_url("depot", "/stock/1") == "https://eu.acme.example/v1"
        assert vendor.base_url("shop", "/people") == "http://localhost:8080"
        assert vendor.base_url("shop", "/stock/1") == "https://api.acme.example/v1"

    def test_one_url_holds_for_all_operations(self, tmp_path: Path) -> None:
        vendor = curated_vendor(ACME, load(tmp_path, "acme: {base_url: 'https://proxy.example/acme/'}"))
        assert vendor.base_url("shop", "/people") == "https://proxy.example/acme"

    def test_a_vendor_without_overrides_stays_as_it_is(self, tmp_path: Path) -> None:
        assert curated_vendor(ACME, load(tmp_path, "acme: {include: [/a]}")) is ACME
        assert curated_vendor(ACME, load(tmp_path, "")) is ACME


def test_200_tools_load_in_a_moment(tmp_path: Path) -> None:
    tool = (
        "{title: Title, description: Some words, tags: [a, b], parameters: {x: {name: y, default: 1}, z: {hide: true}}}"
    )
    text = "acme:\n  tools:\n" + "".join(f"    GET /a/{i}: {tool}\n" for i in range(200))
    elapsed = []
    for _ in range(3):
        started = time.perf_counter()
        overrides = load(tmp_path, text)
        elapsed.append(time.perf_counter() - started)
    assert len(overrides.vendors["acme"].tools) == 200
    assert min(elapsed) < 0.3  # 0.03 s on a quiet machine; nothing here may be quadratic


def test_unset_stays_itself_when_it_is_stored() -> None:
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET  # noqa: S301 (our own bytes)


_WORDS = (*VENDOR_KEYS, *NAMING_KEYS, *BASE_URL_KEYS, *SELECTOR_KEYS, *TOOL_KEYS, *ANNOTATION_KEYS, *PARAMETER_KEYS)
_KEYS = st.sampled_from(
    [*_WORDS, "acme", "shop", "GET /people", "shop: GET /people", "listPeople", "depot: GET /nothing", "\n", "<<"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _KEYS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


def check_that_it_only_yields_problems(folder: Path, text: str) -> None:
    overrides = load(folder, text)
    operations = operations_of([document({"/people": {"get": {"operationId": "listPeople"}}})])
    curation = curate(ACME, overrides, operations, selected=["shop"], known_parameters=lambda _: ["max"])
    for problem in (*overrides.problems, *curation.problems):
        assert isinstance(problem, Problem)
        assert len(str(problem).splitlines()) == 1
        assert problem.line >= 1
        assert problem.column >= 1
    for operation in operations:
        assert isinstance(curation.hidden_by(operation), Hidden | None)
    curated_vendor(ACME, overrides)


@given(text=st.text())
def test_any_text_yields_problems_and_never_raises(folder: Path, text: str) -> None:
    check_that_it_only_yields_problems(folder, text)


@given(text=st.text("ab:{}[]-*&!|>'\"#\n \t%@`?,<~0.e", max_size=60))
def test_any_punctuation_yields_problems_and_never_raises(folder: Path, text: str) -> None:
    check_that_it_only_yields_problems(folder, f"acme:\n  {text}")


@given(tree=st.dictionaries(st.sampled_from(["acme", "zoom"]), st.dictionaries(_KEYS, _VALUES, max_size=5)))
def test_any_tree_of_known_words_yields_problems_and_never_raises(folder: Path, tree: dict[str, Any]) -> None:
    check_that_it_only_yields_problems(folder, json.dumps(tree))
