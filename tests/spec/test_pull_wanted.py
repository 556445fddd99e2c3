from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import BridgeError, OptionError, SpecNotFoundError
from bridge.spec.pull_wanted import parse_mirror, wanted_documents
from bridge.vendors import official_vendors


def labels(*names: str) -> list[str]:
    return [wanted.label for wanted in wanted_documents(names)]


def test_without_names_every_document_of_every_vendor_is_wanted() -> None:
    vendors = official_vendors().values()
    expected = [f"{vendor.name}/{source.name}" for vendor in vendors for source in vendor.documents]
    assert labels() == labels("webex", "zoom") == expected
    assert not any(wanted.named for wanted in wanted_documents([]))


def test_documents_come_once_by_vendor_in_the_order_of_the_sources() -> None:
    names = ("zoom/iq", "webex/messaging", "zoom/revenue-accelerator", "webex/admin", "webex/messaging")
    assert labels(*names) == ["zoom/revenue-accelerator", "webex/admin", "webex/messaging"]
    assert all(wanted.named for wanted in wanted_documents(names))


def test_a_document_beside_its_whole_vendor_is_still_named() -> None:
    for names in (["webex", "webex/ucm"], ["webex/ucm", "webex"]):
        wanted = wanted_documents(names)
        assert len(wanted) == 9
        assert [entry.label for entry in wanted if entry.named] == ["webex/ucm"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("webx", "webx: no such vendor; did you mean 'webex'?; give webex, zoom, or <vendor>/<document>"),
        ("webx/admin", "webx/admin: no such vendor; did you mean 'webex'?"),
        ("", ": no such vendor; give webex, zoom"),
        ("webex/admn", "webex/admn: Webex has no such document; did you mean 'admin'?; there are admin, broadworks"),
        ("zoom/", "zoom/: Zoom has no such document; there are accounts"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, sentence: str) -> None:
    with pytest.raises(SpecNotFoundError) as refusal:
        wanted_documents([name])
    assert str(refusal.value).startswith(sentence)


@given(st.text())
def test_a_name_gives_documents_or_one_sentence(name: str) -> None:
    with suppress(SpecNotFoundError):
        assert wanted_documents([name])


def test_a_mirror_is_a_folder_or_the_url_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path.parent)
    assert parse_mirror(tmp_path.name, allow_http=False) == tmp_path
    assert parse_mirror("https://mirror.example/specs/", allow_http=False) == "https://mirror.example/specs"
    assert parse_mirror("http://127.0.0.1:8080", allow_http=True) == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("http://mirror.example", "plain HTTP, which anyone on the way can change; --allow-http permits it"),
        ("ftp://mirror.example", "give the URL of a folder, https://..., or a folder's path"),
        ("file:///etc", "give the URL of a folder"),
        ("https://", "give the URL of a folder"),
        ("https://mirror.example/?key=1", "without ? and #"),
        ("https://[", "not a URL"),
        ("https://mirror.example:port", "not a URL"),
    ],
)
def test_a_url_that_is_no_folder_of_documents_is_a_mistake_of_the_command_line(text: str, sentence: str) -> None:
    with pytest.raises(OptionError) as refusal:
        parse_mirror(text, allow_http=False)
    assert str(refusal.value).startswith(f"--from {text}: ")
    assert sentence in str(refusal.value)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(OptionError) as refusal:
        parse_mirror("https://me:secret@mirror.example", allow_http=False)
    assert "secret" not in str(refusal.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecNotFoundError, match=r"^--from .*none: no such folder; give one laid out as"):
        parse_mirror(str(tmp_path / "none"), allow_http=False)
    (tmp_path / "file").touch()
    with pytest.raises(SpecNotFoundError, match=r"file: is a file, not a folder"):
        parse_mirror(str(tmp_path / "file"), allow_http=False)
    with pytest.raises(SpecNotFoundError, match="no such folder"):
        parse_mirror("", allow_http=False)


@given(st.text(), st.booleans())
def test_a_mirror_is_understood_or_refused_in_a_sentence(text: str, allow_http: bool) -> None:
    with suppress(BridgeError):
        found = parse_mirror(f"https://{text}", allow_http=allow_http)
        assert isinstance(found, str)
