"""What the overrides mean for the operations of a vendor."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path

import pytest

from bridge.catalogue.overrides import DEFAULT_MAX_LENGTH, UNSET, Curation, curate, load_overrides
from bridge.spec.operation import Operation, operations_of
from bridge.vendors import SourceDocument, Vendor
from tests.documents import ACME, document

AWAY = SourceDocument("away", "acme-away.json", "Acme Away", "https://docs.acme.example/away.json")
VENDOR = dataclasses.replace(ACME, documents=(*ACME.documents, AWAY))
PEOPLE = "GET https://api.acme.example/v1/people"


@pytest.fixture(scope="module")
def known() -> list[Operation]:
    shop = {
        "/people": {"get": {"operationId": "listPeople", "tags": ["People"]}, "post": {"operationId": "createPerson"}},
        "/people/{personId}": {"delete": {"operationId": "deletePerson"}},
    }
    depot = {"/stock": {"get": {"operationId": "listStock"}}}
    return operations_of([document(shop, vendor=VENDOR), document(depot, vendor=VENDOR, name="depot")])


def curated(
    folder: Path,
    known: list[Operation],
    *texts: str,
    selected: Collection[str] = ("shop", "depot"),
    parameters: Collection[str] | None = None,
    vendor: Vendor = VENDOR,
) -> Curation:
    """Curate with files ``a.yaml``, ``b.yaml``, ..., which are without problems as such."""
    paths = [folder / f"{letter}.yaml" for letter, _ in zip("abcdef", texts, strict=False)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    overrides = load_overrides(paths, ["acme"])
    assert overrides.problems == ()
    hook = None if parameters is None else lambda _: parameters
    return curate(vendor, overrides, known, selected=selected, known_parameters=hook)


def problems(curation: Curation, folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder}/", "") for problem in curation.problems]


class TestExposure:
    def test_without_overrides_everything_is_exposed(self, tmp_path: Path, known: list[Operation]) -> None:
        curation = curated(tmp_path, known, "")
        assert [operation.key for operation in known if curation.hidden_by(operation)] == []
        assert (curation.tools, curation.max_length, curation.problems) == ({}, DEFAULT_MAX_LENGTH, ())

    @pytest.mark.parametrize(
        ("text", "exposed"),
        [
            ("include: [GET /people]", ["GET /people"]),
            ("include: [/people/**]\n  exclude: [{method: DELETE}]", ["GET /people", "POST /people"]),
            ("exclude: [{document: store}, /people/*]", ["GET /people", "POST /people"]),
            ("include: []", ["GET /people", "POST /people", "DELETE /people/{personId}", "GET /stock"]),
            ("include: [{tag: people}, GET /stock]", ["GET /people", "GET /stock"]),
        ],
    )
    def test_an_include_or_none_and_no_exclude(
        self, tmp_path: Path, known: list[Operation], text: str, exposed: list[str]
    ) -> None:
        curation = curated(tmp_path, known, f"acme:\n  {text}\n")
        assert [operation.key for operation in known if curation.hidden_by(operation) is None] == exposed
        assert curation.problems == ()

    def test_the_reason_names_the_selector_and_its_place(self, tmp_path: Path, known: list[Operation]) -> None:
        text = "acme:\n  include:\n    - /people/**\n  exclude:\n    - POST /**\n    - {method: DELETE}\n"
        curation = curated(tmp_path, known, text)
        reasons = {operation.key: str(curation.hidden_by(operation)).replace(f"{tmp_path}/", "") for operation in known}
        assert reasons == {
            "GET /people": "None",
            "POST /people": "excluded by 'POST /**' (a.yaml:5:7)",
            "DELETE /people/{personId}": "excluded by '{method: DELETE}' (a.yaml:6:7)",
            "GET /stock": "no include matches (a.yaml:3:7)",
        }

    def test_a_selector_that_matches_nothing_is_a_warning(self, tmp_path: Path, known: list[Operation]) -> None:
        text = 'acme:\n  include: [/people, {tag: Peopel}]\n  exclude: [{document: [depto]}, {scope: "a:*"}]\n'
        assert problems(curated(tmp_path, known, text), tmp_path) == [
            "a.yaml:2:22: warning: the include '{tag: Peopel}' matches no operation of acme",
            "a.yaml:3:13: warning: the exclude '{document: depto}' matches no operation of acme: "
            "there is no document 'depto'; did you mean 'depot'?",
            "a.yaml:3:34: warning: the exclude '{scope: a:*}' matches no operation of acme",
        ]

    def test_a_selector_of_a_document_that_is_not_stored_is_a_note(
        self, tmp_path: Path, known: list[Operation]
    ) -> None:
        text = "acme: {exclude: [{document: [acme/away]}]}"
        assert problems(curated(tmp_path, known, text), tmp_path) == [
            "a.yaml:1:18: note: the exclude '{document: away}' matches no operation of acme: 'away' is not stored"
        ]

    def test_a_base_url_of_a_document_that_does_not_exist_is_a_warning(
        self, tmp_path: Path, known: list[Operation]
    ) -> None:
        rules = [f"{{document: {name}, url: 'https://x.example'}}" for name in ("store", "acme/away", "depto")]
        text = f"acme:\n  base_url:\n    - {rules[0]}\n    - {rules[1]}\n    - {rules[2]}\n"
        assert problems(curated(tmp_path, known, text), tmp_path) == [
            "a.yaml:5:7: warning: the base_url matches nothing: there is no document 'depto'; did you mean 'depot'?"
        ]


class TestTools:
    def test_a_tool_is_found_by_the_identity_of_its_operation(self, tmp_path: Path, known: list[Operation]) -> None:
        text = "acme: {tools: {get /people: {name: find_people}, listStock: {pin: true}}, naming: {max_length: 20}}"
        curation = curated(tmp_path, known, text)
        assert curation.tools[PEOPLE].name == "find_people"
        assert curation.tools["GET https://api.acme.example/v1/stock"].pin is True
        assert (len(curation.tools), curation.max_length, curation.problems) == (2, 20, ())

    def test_two_keys_of_one_operation_in_one_file_are_an_error(self, tmp_path: Path, known: list[Operation]) -> None:
        text = "acme:\n  tools:\n    GET /people: {pin: true}\n    listPeople: {pin: false}\n"
        curation = curated(tmp_path, known, text)
        assert problems(curation, tmp_path) == [
            "a.yaml:4:5: error: 'listPeople' is the same operation as 'GET /people' in line 3; keep one of the keys"
        ]
        assert curation.tools[PEOPLE].pin is True

    def test_files_are_merged_field_by_field_whatever_key_they_use(
        self, tmp_path: Path, known: list[Operation]
    ) -> None:
        first = """\
acme:
  tools:
    GET /people:
      name: find_people
      title: First
      tags: [a, b]
      pin: true
      annotations: {read_only: true, open_world: true}
      parameters:
        max: {name: limit, default: 5, description: Words}
        org: {hide: true, value: 1}
        team: {hide: true, value: 1}
"""
        second = """\
acme:
  tools:
    listPeople:
      title: Second
      tags: []
      pin: false
      annotations: {open_world: false}
      parameters:
        max: {default: null}
        org: {hide: false}
        team: {value: 2, hide: true}
        more: {name: extra}
"""
        curation = curated(tmp_path, known, first, second)
        assert curation.problems == ()
        tool = curation.tools[PEOPLE]
        assert (tool.name, tool.title, tool.tags, tool.pin) == ("find_people", "Second", (), False)
        assert (tool.annotations.read_only, tool.annotations.open_world) == (True, False)
        assert (tool.key, tool.place.file.rpartition("/")[2]) == ("listPeople", "b.yaml")
        limit, org, team = (tool.parameters[name] for name in ("max", "org", "team"))
        assert (limit.name, limit.default, limit.description) == ("limit", None, "Words")
        assert (org.hide, org.value) == (False, UNSET)
        assert (team.hide, team.value) == (True, 2)
        assert tool.parameters["more"].name == "extra"

    def test_an_operation_that_is_known_and_not_loaded_is_a_note(self, tmp_path: Path, known: list[Operation]) -> None:
        curation = curated(tmp_path, known, "acme: {tools: {GET /stock: {name: stock}}}", selected=["shop"])
        assert problems(curation, tmp_path) == ["a.yaml:1:16: note: 'GET /stock' is in acme/depot, which is not loaded"]
        assert curation.tools["GET https://api.acme.example/v1/stock"].name == "stock"

    def test_a_key_that_is_no_operation_is_an_error_at_the_key(self, tmp_path: Path, known: list[Operation]) -> None:
        text = "acme:\n  tools:\n    GET /stok: {pin: true}\n    'away: GET /x': {pin: true}\n"
        curation = curated(tmp_path, known, text)
        assert problems(curation, tmp_path) == [
            "a.yaml:3:5: error: 'GET /stok' is no operation of acme; did you mean 'GET /stock'? "
            '(the key of a document that is not stored has to name it: "away: GET /stok")',
            "a.yaml:4:5: note: 'away: GET /x' waits for the document acme/away, which is not stored",
        ]
        assert curation.tools == {}

    def test_one_name_in_two_files_is_an_error_that_names_both(self, tmp_path: Path, known: list[Operation]) -> None:
        texts = "acme: {tools: {GET /people: {name: same}}}", "acme: {tools: {GET /stock: {name: same}}}"
        assert problems(curated(tmp_path, known, *texts), tmp_path) == [
            "b.yaml:1:35: error: the name 'same' is given twice: to 'GET /people' (a.yaml:1:36) and to 'GET /stock'"
        ]

    def test_one_name_for_one_operation_under_two_keys_is_fine(self, tmp_path: Path, known: list[Operation]) -> None:
        texts = "acme: {tools: {GET /people: {name: same}}}", "acme: {tools: {listPeople: {name: same}}}"
        assert curated(tmp_path, known, *texts).problems == ()


class TestParameters:
    TEXT = "acme: {tools: {GET /people: {parameters: {max: {hide: true}, mx: {name: limit}, zzz: {hide: true}}}}}"

    def test_unknown_parameters_are_errors_with_the_nearest(self, tmp_path: Path, known: list[Operation]) -> None:
        found = problems(curated(tmp_path, known, self.TEXT, parameters=["max", "org"]), tmp_path)
        assert found == [
            "a.yaml:1:62: error: 'GET /people' has no parameter 'mx'; did you mean 'max'?",
            "a.yaml:1:81: error: 'GET /people' has no parameter 'zzz'; there are max, org",
        ]

    def test_an_operation_without_parameters_says_so(self, tmp_path: Path, known: list[Operation]) -> None:
        text = "acme: {tools: {GET /people: {parameters: {max: {hide: true}}}}}"
        (problem,) = problems(curated(tmp_path, known, text, parameters=[]), tmp_path)
        assert problem.endswith("error: 'GET /people' has no parameter 'max'; it has none")

    def test_without_the_hook_they_are_not_checked(self, tmp_path: Path, known: list[Operation]) -> None:
        assert curated(tmp_path, known, self.TEXT).problems == ()

    def test_the_hook_is_only_asked_about_tools_with_parameters(self, tmp_path: Path, known: list[Operation]) -> None:
        (tmp_path / "a.yaml").write_text("acme: {tools: {GET /people: {pin: true}}}", "utf-8")
        overrides = load_overrides([tmp_path / "a.yaml"], ["acme"])
        asked: list[Operation] = []

        def hook(operation: Operation) -> Collection[str]:
            asked.append(operation)
            return ()

        curate(VENDOR, overrides, known, selected=["shop"], known_parameters=hook)
        assert asked == []
