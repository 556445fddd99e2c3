"""The schema of overrides.yaml: an editor accepts what the loader accepts, and refuses what it refuses.

``make golden`` writes the file anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from bridge.catalogue.overrides import load_overrides
from bridge.catalogue.overrides_nodes import Problem, plain
from bridge.catalogue.overrides_schema import overrides_schema
from bridge.catalogue.overrides_yaml import read_nodes
from bridge.shipped import shipped_path
from tests.catalogue.test_overrides_docs import EXAMPLES

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "overrides.schema.json"
VALIDATOR = Draft7Validator(overrides_schema())


def mistakes(path: Path) -> list[str]:
    """Return what the schema says of a file."""
    problems: list[Problem] = []
    node = read_nodes(path, str(path), problems)
    assert problems == []
    return [error.message for error in VALIDATOR.iter_errors(None if node is None else plain(node))]


def loaded(path: Path) -> list[str]:
    """Return the errors that the loader finds in a file."""
    problems = load_overrides([path], ["webex", "zoom", "petstore"]).problems
    return [str(problem) for problem in problems if problem.severity == "error"]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return where a test writes its file."""
    return tmp_path / "overrides.yaml"


def test_the_file_is_what_the_code_gives(request: pytest.FixtureRequest) -> None:
    text = json.dumps(overrides_schema(), ensure_ascii=False, indent=2) + "\n"
    if request.config.getoption("--regenerate-golden"):
        FILE.write_text(text, "utf-8")
    assert FILE.read_text("utf-8") == text, "the schema changed: run `make golden` and read the difference"


def test_it_is_a_schema_of_draft_07() -> None:
    Draft7Validator.check_schema(overrides_schema())


def test_the_shipped_file_fits_and_names_the_schema() -> None:
    shipped = shipped_path("overrides.yaml")
    assert mistakes(shipped) == []
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", shipped.read_text("utf-8").splitlines()[0])
    assert found
    assert shipped.parent / found[1] == FILE


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_reference_fits(written: Path, example: str) -> None:
    written.write_text(example, "utf-8")
    assert mistakes(written) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "webex:\nzoom:\n",
        "petstore: {tools: {listPets: {name: pets}}}\n",
        "webex: {tools: , naming: , include: []}\n",
        "webex: {tools: {listPeople: , getPerson: {annotations: , parameters: {max: }}}}\n",
        "webex: {exclude: [get /people, '* /rooms/**', '**', {method: [get, '*']}]}\n",
        "webex: {base_url: 'https://[::1]:8080/v1', tools: {listPeople: {tags: []}}}\n",
        "webex: {tools: {a: {parameters: {b: {hide: true, value: }, c: {default: [1, {x: y}]}}}}}\n",
    ],
)
def test_what_the_loader_takes_the_schema_takes(written: Path, text: str) -> None:
    written.write_text(text, "utf-8")
    assert (loaded(written), mistakes(written)) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "Webex!: {}\n",
        "- webex\n",
        "webex: {tols: {}}\n",
        "webex: {tools: {a: {nmae: x}}}\n",
        "webex: {tools: {a: {name: List-People}}}\n",
        f"webex: {{tools: {{a: {{name: {'x' * 65}}}}}}}\n",
        "webex: {tools: {a: {title: }}}\n",
        "webex: {tools: {a: {title: ' '}}}\n",
        "webex: {tools: {a: {pin: yes}}}\n",
        "webex: {tools: {a: {tags: one}}}\n",
        "webex: {tools: {a: {annotations: {readonly: true}}}}\n",
        "webex: {tools: {a: {parameters: {b: {name: 'two words'}}}}}\n",
        "webex: {tools: {a: {parameters: {b: {value: 1}}}}}\n",
        "webex: {tools: {a: {parameters: {b: {hide: false, value: 1}}}}}\n",
        "webex: {tools: [a]}\n",
        "webex: {include: GET /people}\n",
        "webex: {include: [people]}\n",
        "webex: {include: [FETCH /people]}\n",
        "webex: {include: [{}]}\n",
        "webex: {include: [null]}\n",
        "webex: {include: [{tags: Rooms}]}\n",
        "webex: {include: [{tag: []}]}\n",
        "webex: {include: [{method: FETCH}]}\n",
        "webex: {include: [{path: people}]}\n",
        "webex: {include: [{deprecated: 'true'}]}\n",
        "webex: {naming: {max_length: 15}}\n",
        "webex: {naming: {max_length: 65}}\n",
        "webex: {naming: {max_length: 20.5}}\n",
        "webex: {base_url: webexapis.com}\n",
        "webex: {base_url: 'https://webexapis.com/v1?x=1'}\n",
        "webex: {base_url: [{document: admin}]}\n",
        "webex: {base_url: [{url: 'https://a.example', path: people}]}\n",
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(written: Path, text: str) -> None:
    written.write_text(text, "utf-8")
    assert loaded(written)
    assert mistakes(written)
