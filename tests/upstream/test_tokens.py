"""Tokens: what is taken, what is refused, and that no secret shows itself."""

from __future__ import annotations

import copy
import json
import logging
import os
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import TokenError
from bridge.upstream.tokens import (
    MAX_TOKEN_BYTES,
    EnvironmentTokens,
    Token,
    TokenSource,
    environment_tokens,
    parse_token,
)
from bridge.vendors import Vendor

WEBEX = Vendor("webex", "Webex", "x-webex-access-token", "WEBEX_ACCESS_TOKEN")
ZOOM = Vendor("zoom", "Zoom", "x-zoom-access-token", "ZOOM_ACCESS_TOKEN")
BOTH = (WEBEX, ZOOM)
SECRET = "NzVk-YmE0.MmEz_~+/=="
WHERE = "the header x-zoom-access-token"

visible_ascii = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=200)
anything_else = st.characters(max_codepoint=0x20) | st.characters(min_codepoint=0x7F)


class TestToken:
    def test_it_gives_the_secret_only_when_asked_to_reveal_it(self) -> None:
        assert Token(SECRET).reveal() == SECRET

    @pytest.mark.parametrize(
        "shown",
        [
            repr(Token(SECRET)),
            str(Token(SECRET)),
            f"{Token(SECRET)}",
            f"{Token(SECRET)!r:>30}",
            f"{Token(SECRET):>30}",
            "%s %r" % (Token(SECRET), Token(SECRET)),  # noqa: UP031  (the way that logging formats)
            repr({"token": [Token(SECRET)]}),
        ],
    )
    def test_no_way_of_formatting_it_shows_the_secret(self, shown: str) -> None:
        assert "Token(***)" in shown
        assert SECRET not in shown

    def test_it_is_masked_in_log_records(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO):
            logging.getLogger("test").info("sent with %s", Token(SECRET))
        assert caplog.messages == ["sent with Token(***)"]

    def test_it_cannot_be_pickled_copied_or_written_as_json(self) -> None:
        token = Token(SECRET)
        for write in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
            with pytest.raises(TypeError) as caught:
                write(token)
            assert SECRET not in str(caught.value)

    def test_it_has_no_attribute_dictionary_that_a_debugger_would_dump(self) -> None:
        with pytest.raises(TypeError):
            vars(Token(SECRET))

    def test_tokens_with_the_same_secret_are_equal_and_hash_alike(self) -> None:
        assert Token(SECRET) == Token(SECRET)
        assert len({Token(SECRET), Token(SECRET), Token("other")}) == 2

    def test_a_token_never_equals_its_own_secret(self) -> None:
        assert Token(SECRET) != Token("other")
        assert Token(SECRET) != SECRET

    def test_the_digest_tells_tokens_apart_and_is_the_same_for_the_same_secret(self) -> None:
        assert Token(SECRET).digest == Token(SECRET).digest
        assert Token(SECRET).digest != Token("other").digest
        assert len(Token(SECRET).digest) == 16
        assert int(Token(SECRET).digest, 16) >= 0

    def test_the_digest_differs_between_processes_so_that_a_log_confirms_no_guess(self) -> None:
        program = f"from bridge.upstream.tokens import Token; print(Token({SECRET!r}).digest)"
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        other = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ, timeout=60
        )
        assert len(other.stdout.strip()) == 16
        assert other.stdout.strip() != Token(SECRET).digest


class TestParseToken:
    @given(visible_ascii)
    def test_any_visible_ascii_is_taken_unchanged_as_text_and_as_bytes(self, value: str) -> None:
        assert parse_token(value, WHERE).reveal() == value
        assert parse_token(value.encode(), WHERE).reveal() == value

    @given(visible_ascii, anything_else, visible_ascii)
    def test_any_other_character_anywhere_is_refused(self, before: str, wrong: str, after: str) -> None:
        for value in (before + wrong + after, wrong + after, before + wrong):
            with pytest.raises(TokenError):
                parse_token(value, WHERE)

    @given(st.text(min_size=12, max_size=300) | st.binary(min_size=12, max_size=300))
    def test_whatever_comes_the_answer_is_the_token_or_an_error_without_the_value(self, value: str | bytes) -> None:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        try:
            said = parse_token(value, WHERE).reveal()
        except TokenError as error:
            said = str(error)
        assert said == text or (WHERE in said and text not in said)

    @pytest.mark.parametrize(
        ("value", "fault"),
        [
            ("", "is empty"),
            (b"", "is empty"),
            ("Bearer s3cret", "has whitespace in it"),
            (" s3cret", "has whitespace in it"),
            ("s3cret\n", "has whitespace in it"),
            ("s3cret\r\nx-evil: 1", "has whitespace in it"),
            ("s3cr\x00et", "has control characters in it"),
            ("s3cr\x7fet", "has control characters in it"),
            ("s3cr\u00e9t", "has characters beyond ASCII in it"),
            ("s3cr\u00a0et", "has characters beyond ASCII in it"),
            ("s3cr\udce9t", "has characters beyond ASCII in it"),
            (b"s3cr\xe9t", "has characters beyond ASCII in it"),
            ("s3cret" * 2000, "is longer than 8192 bytes"),
        ],
    )
    def test_the_error_names_the_place_and_the_fault_and_never_the_value(self, value: str | bytes, fault: str) -> None:
        with pytest.raises(TokenError) as caught:
            parse_token(value, WHERE)
        assert str(caught.value).startswith(f"the token in {WHERE} {fault}")
        assert "s3cr" not in str(caught.value)

    def test_a_token_of_exactly_eight_kibibytes_is_taken(self) -> None:
        assert parse_token("a" * MAX_TOKEN_BYTES, WHERE).reveal() == "a" * MAX_TOKEN_BYTES


class TestEnvironment:
    def test_each_vendor_has_its_own_variable(self) -> None:
        tokens = environment_tokens(BOTH, {"WEBEX_ACCESS_TOKEN": "w1", "ZOOM_ACCESS_TOKEN": "z1", "OTHER": "o1"})
        assert {name: token.reveal() for name, token in tokens.items()} == {"webex": "w1", "zoom": "z1"}

    def test_whitespace_around_a_value_is_dropped(self) -> None:
        tokens = environment_tokens(BOTH, {"WEBEX_ACCESS_TOKEN": " \tw1\r\n"})
        assert tokens == {"webex": Token("w1")}

    @pytest.mark.parametrize("blank", ["", " ", "\n"])
    def test_a_blank_variable_counts_as_not_set(self, blank: str) -> None:
        assert environment_tokens(BOTH, {"WEBEX_ACCESS_TOKEN": blank}) == {}

    def test_a_malformed_value_is_refused_by_the_name_of_its_variable(self) -> None:
        with pytest.raises(TokenError, match="the environment variable ZOOM_ACCESS_TOKEN has whitespace") as caught:
            environment_tokens(BOTH, {"ZOOM_ACCESS_TOKEN": "Bearer s3cret"})
        assert "s3cret" not in str(caught.value)

    async def test_the_source_gives_each_vendor_its_own_token(self) -> None:
        source: TokenSource = EnvironmentTokens(BOTH, {"WEBEX_ACCESS_TOKEN": "w1", "ZOOM_ACCESS_TOKEN": "z1"})
        assert (await source.token(WEBEX)).reveal() == "w1"
        assert (await source.token(ZOOM)).reveal() == "z1"

    async def test_the_source_says_which_variable_to_set(self) -> None:
        source = EnvironmentTokens(BOTH, {"ZOOM_ACCESS_TOKEN": "z1"})
        with pytest.raises(TokenError) as caught:
            await source.token(WEBEX)
        assert str(caught.value).startswith("no token for Webex: set the environment variable WEBEX_ACCESS_TOKEN ")

    async def test_one_vendors_token_never_stands_in_for_another(self) -> None:
        with pytest.raises(TokenError, match="no token for Zoom"):
            await EnvironmentTokens(BOTH, {"WEBEX_ACCESS_TOKEN": "w1"}).token(ZOOM)

    def test_a_malformed_variable_stops_the_start(self) -> None:
        with pytest.raises(TokenError, match="WEBEX_ACCESS_TOKEN"):
            EnvironmentTokens(BOTH, {"WEBEX_ACCESS_TOKEN": "a b"})

    async def test_the_sandbox_token_serves_only_where_the_environment_has_none(self) -> None:
        sandbox = {"webex": Token("sandbox"), "zoom": Token("sandbox")}
        source = EnvironmentTokens(BOTH, {"ZOOM_ACCESS_TOKEN": "z1"}, sandbox=sandbox)
        assert (await source.token(WEBEX)).reveal() == "sandbox"
        assert (await source.token(ZOOM)).reveal() == "z1"
