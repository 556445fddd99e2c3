"""The wheel: what is in it, and that it works where nothing else of the project is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = "bridge/shipped_files"

pytestmark = pytest.mark.packaging

pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed; `make setup` installs it")


def run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing in its environment but what is given; it must end well."""
    bare = {"PATH": os.defpath, "HOME": str(folder), **environment}
    ran = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as pip does, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    run(sys.executable, "-m", "pip", "wheel", ROOT, "--wheel-dir", folder, *options, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """Return the names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment that sees the packages of this one; return its command."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    paths = {name: sysconfig.get_path(name, "venv", {"base": str(folder)}) for name in ("purelib", "scripts")}
    python = Path(paths["scripts"]) / Path(sys.executable).name
    options = ("--no-deps", "--no-index", "--disable-pip-version-check", "--quiet")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel, folder=folder)
    # Behind its own packages come those of this environment, but for its `.pth` files, which may lead to the checkout.
    (Path(paths["purelib"]) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return Path(paths["scripts"]) / "zoom-webex-bridge"


def test_the_wheel_holds_the_built_in_documents_and_the_curation(names: list[str]) -> None:
    ours = [path.relative_to(ROOT).as_posix() for path in (ROOT / "specs").rglob("*.yaml")]
    assert len(ours) > 10
    assert {f"{SHIPPED}/{path}" for path in [*ours, "overrides.yaml"]} <= set(names)


def test_the_wheel_holds_every_module(names: list[str]) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bridge").rglob("*.py")}
    assert modules <= set(names)


def test_the_wheel_holds_nothing_else(names: list[str]) -> None:
    others = [name for name in names if not name.startswith("bridge/") and ".dist-info/" not in name]
    assert others == []
    unwanted = [name for name in names if name.endswith((".json", ".pyc")) or "test" in name.split("/")[-1]]
    assert unwanted == [f"{SHIPPED}/specs/core-operations.json"]  # made from the core documents, which are ours


def test_the_wheel_has_its_licence(names: list[str]) -> None:
    assert {name.split("/")[-1] for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_the_installed_command_says_the_version_of_the_project(command: Path, tmp_path: Path) -> None:
    declared = next(
        line for line in (ROOT / "bridge" / "__init__.py").read_text("utf-8").splitlines() if "__version__" in line
    )
    number = declared.split('"')[1]
    assert run(command, "version", folder=tmp_path).stdout == f"zoom-webex-bridge {number}\n"


def test_the_installed_command_lists_the_tools_of_the_built_in_core(command: Path, tmp_path: Path) -> None:
    names = run(command, "list-tools", "--names", folder=tmp_path).stdout.splitlines()
    assert {"zoom_get_meeting", "webex_list_people"} <= set(names)


def test_the_installed_command_reads_its_own_files(command: Path, tmp_path: Path) -> None:
    listed = run(command, "specs", "list", "--spec", "zoom", folder=tmp_path).stdout
    assert str(ROOT) not in listed
    assert f"{SHIPPED}/specs/zoom/" in listed
    assert SHIPPED in run(command, "overrides", "check", "--spec", "zoom", folder=tmp_path).stderr
