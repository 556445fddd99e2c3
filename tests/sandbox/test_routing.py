"""Paths: which operation lives where."""

from __future__ import annotations

from bridge.sandbox.routing import Router, served_path
from bridge.spec.operation import Operation
from tests.documents import NOBODY, document, operation


def found(router: Router, method: str, path: str) -> list[str]:
    return [entry.key for entry in router.match(method, path).operations]


def router(*keys: str) -> Router:
    return Router([operation(*key.split(" ")) for key in keys])


def test_an_operation_is_served_below_the_path_of_its_base_url() -> None:
    assert served_path(operation(path="/things/{id}")) == "/v1/things/{id}"
    at_root = document(vendor=NOBODY, origin="file", servers=[{"url": "https://api.example.com/"}])
    assert served_path(operation(path="/things", of=at_root)) == "/things"


def test_a_literal_segment_wins_over_a_templated_one() -> None:
    both = router("GET /things/{id}", "GET /things/latest")
    assert found(both, "GET", "/v1/things/latest") == ["GET /things/latest"]
    assert found(both, "GET", "/v1/things/7") == ["GET /things/{id}"]


def test_the_templated_path_answers_where_the_literal_one_lacks_the_method() -> None:
    both = router("GET /things/{id}", "POST /things/latest")
    assert found(both, "GET", "/v1/things/latest") == ["GET /things/{id}"]


def test_a_wrong_turn_at_a_literal_segment_is_taken_back() -> None:
    both = router("GET /a/{x}/c", "GET /a/b/d")
    assert found(both, "GET", "/v1/a/b/c") == ["GET /a/{x}/c"]


def test_an_encoded_slash_stays_inside_its_segment() -> None:
    both = router("GET /things/{id}", "GET /things/{id}/parts")
    assert found(both, "GET", "/v1/things/a%2Fparts") == ["GET /things/{id}"]


def test_an_empty_segment_is_no_value() -> None:
    assert found(router("GET /things/{id}"), "GET", "/v1/things/") == []


def test_a_slash_at_the_end_makes_another_path() -> None:
    both = router("GET /things/", "POST /things")
    assert found(both, "GET", "/v1/things/") == ["GET /things/"]
    assert found(both, "GET", "/v1/things") == []


def test_fixed_text_beside_a_template_is_more_particular() -> None:
    both = router("GET /flows/{id}", "GET /flows/{flowId}:export", "POST /flows:import")
    assert found(both, "GET", "/v1/flows/7:export") == ["GET /flows/{flowId}:export"]
    assert found(both, "GET", "/v1/flows/7%3Aexport") == ["GET /flows/{flowId}:export"]
    assert found(both, "GET", "/v1/flows/7") == ["GET /flows/{id}"]
    assert found(both, "POST", "/v1/flows:import") == ["POST /flows:import"]


def test_paths_that_differ_in_the_names_of_templates_are_one_place() -> None:
    match = router("GET /things/{id}", "PUT /things/{thingId}").match("DELETE", "/v1/things/7")
    assert match.operations == ()
    assert sorted(match.methods) == ["GET", "PUT"]


def test_an_unknown_path_has_no_methods_and_a_nearest_one() -> None:
    known = router("GET /things/{id}", "GET /people")
    assert known.match("GET", "/v1/peple").methods == ()
    assert known.nearest_path("/v1/peple") == "/v1/people"
    assert known.nearest_path("/zzz") is None


def test_operations_of_two_hosts_at_one_path_are_all_found() -> None:
    def at(host: str) -> Operation:
        return operation(of=document(vendor=NOBODY, origin="file", servers=[{"url": f"https://{host}/v1"}]))

    both = [at("a.example"), at("b.example")]
    assert list(Router(both).match("GET", "/v1/things").operations) == both
