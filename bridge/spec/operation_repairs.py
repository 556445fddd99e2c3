"""What goes wrong outside of schemas: one small function a defect.

Each check mends the document in place and yields ``(place, defect, repair)``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from bridge.spec.document import METHODS, Document, JsonObject
from bridge.spec.limits import MAX_NAME
from bridge.spec.schema_repairs import overlong_text
from bridge.spec.structure import OperationSite, each_operation, entries, properties_of

Found = tuple[str, str, str]

JSON_PATCH = "application/json-patch+json"
MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"
LONGEST_OPERATION_ID = 64

FORBIDDEN_HEADERS = frozenset(
    {"accept", "authorization", "connection", "content-length", "content-type", "cookie", "host", "transfer-encoding"}
)
"""Headers that are never an argument: OpenAPI 3.1, section 4.8.12.1, and those that HTTP itself sets."""

_TEMPLATE_NAME = re.compile(r"\{([^{}]+)\}")
_PART_NUMBER = re.compile(r"\s*\(\d+/\d+\)$")
_FILE_NAME = re.compile(r"(?:^|_)files?$", re.IGNORECASE)


def servers(document: Document) -> Iterator[Found]:
    """No ``servers``, or other ones than the operations really live at."""
    declared = entries(document.content, "servers")
    urls = [str(server.get("url")) for server in declared if isinstance(server, dict)]
    ruled = bool(document.vendor.base_urls)
    if not urls:
        yield "servers", "no servers", "base URLs from specs/sources.yaml" if ruled else "no call can be made"
        return
    if not ruled and not re.match(r"https?://", urls[0]):
        yield "servers", f"server {urls[0]!r} is no absolute URL", "no call can be made"
    real = {document.vendor.base_url(document.name, site.path) for site in each_operation(document)} - {None}
    if document.origin == "official" and real and real != {urls[0]}:
        yield (
            "servers",
            f"server {urls[0]!r} is not where the operations live",
            f"sent to {', '.join(sorted(map(str, real)))}",
        )


def lost_operations(document: Document) -> Iterator[Found]:
    """A path item or an operation that is no object, leads nowhere, or does not stand under a path."""
    for path, item in document.content["paths"].items():
        if path.startswith("x-"):
            continue
        path_item = document.follow(item)
        if not path_item or not path.startswith("/"):
            yield path, "no path item" if path.startswith("/") else "path without a leading slash", "passed over"
        if len(path) > MAX_NAME:
            yield f"{path[:MAX_NAME]}...", f"path of {len(path):,} characters", "passed over"
        for method in METHODS:
            if method in path_item and not isinstance(path_item[method], dict):
                yield f"{method.upper()} {path}", "operation that is no object", "passed over"
        for method in _other_methods(path_item):
            yield f"{method} {path}", f"method {method!r}", "passed over: no client sends it"


def _other_methods(path_item: JsonObject) -> list[str]:
    """Return the methods that only OpenAPI 3.2 knows (section 4.9.1): ``query``, and any other by its name."""
    others = path_item.get("additionalOperations")
    return [*(["QUERY"] if "query" in path_item else []), *(others if isinstance(others, dict) else ())]


def repeated_operation_ids(document: Document) -> Iterator[Found]:
    """An operationId used twice inside one document (it must be unique: OpenAPI 3.1, section 4.8.10)."""
    sites = list(each_operation(document))
    counts = Counter(str(site.operation.get("operationId")) for site in sites if site.operation.get("operationId"))
    for site in sites:
        name = str(site.operation.get("operationId"))
        if counts[name] > 1:
            yield site.key, f"operationId {name!r} is used {counts[name]} times", "told apart by the path"


def odd_operation_id(_: Document, site: OperationSite) -> Iterator[Found]:
    """An operationId with spaces or punctuation, longer than clients take, or none at all."""
    name = site.operation.get("operationId")
    if not isinstance(name, str) or not name:
        yield "", "no operationId", "named after method and path"
    elif len(name) > MAX_NAME:
        del site.operation["operationId"]
        yield "", f"operationId of {len(name):,} characters", "named after method and path"
    elif re.search(r"[^A-Za-z0-9_.\-]|^\.|\.$", name):
        yield "", f"operationId {name!r} has spaces or punctuation", "named by its words"
    elif len(name) > LONGEST_OPERATION_ID:
        yield "", f"operationId of {len(name)} characters", "shortened by whole words"


def odd_tags(_: Document, site: OperationSite) -> Iterator[Found]:
    """Tag names with doubled spaces or part numbers (``User Call Settings (1/2)``)."""
    if "tags" not in site.operation:
        return
    tags = site.operation["tags"]
    if not isinstance(tags, list):
        yield "tags", "tags are no list", "read as one" if isinstance(tags, str) else "passed over"
        tags = [tags] if isinstance(tags, str) else []
    if any(len(str(tag)) > MAX_NAME for tag in tags):
        yield "tags", f"tag of more than {MAX_NAME:,} characters", "left out"
        tags = [tag for tag in tags if len(str(tag)) <= MAX_NAME]
    plain = [plain_tag(str(tag)) for tag in tags]
    for tag, mended in zip(tags, plain, strict=True):
        if tag != mended:
            yield "tags", f"tag {tag!r}", f"read as {mended!r}"
    site.operation["tags"] = list(dict.fromkeys(plain))


def plain_tag(tag: str) -> str:
    """Return a tag without doubled spaces and part number."""
    return _PART_NUMBER.sub("", " ".join(tag.split()))


def no_text(_: Document, site: OperationSite) -> Iterator[Found]:
    """Neither summary nor description."""
    if not site.operation.get("summary") and not site.operation.get("description"):
        yield "", "neither summary nor description", "described by method and path"


def overlong_texts(document: Document, site: OperationSite) -> Iterator[Found]:
    """A description that would fill a model's context on its own: of the operation, its body or a parameter."""
    body = document.follow(site.operation.get("requestBody"))
    for place, owner in (("", site.operation), ("requestBody", body)):
        if found := overlong_text(owner):
            yield place, *found
    for parameter in _parameters(document, site):
        if found := overlong_text(parameter):
            yield f"parameters/{parameter.get('name')}", *found


def whole_query_string(document: Document, site: OperationSite) -> Iterator[Found]:
    """A parameter that is the whole query string (OpenAPI 3.2, section 4.12.3): its properties are the parameters."""
    for owner in (site.path_item, site.operation):
        written: list[object] = []
        for entry in entries(owner, "parameters"):
            parameter = document.follow(entry)
            if parameter.get("in") != "querystring":
                written.append(entry)
                continue
            properties = _form_parameters(document, parameter)
            written.extend(properties)
            mend = "its properties are taken as parameters" if properties else "left out"
            yield f"parameters/{parameter.get('name')}", "the whole query string as one parameter", mend
        if "parameters" in owner and isinstance(owner["parameters"], list):
            owner["parameters"] = written


def _form_parameters(document: Document, parameter: JsonObject) -> list[JsonObject]:
    """Return the query parameters that a form as query string stands for; none where it is no form."""
    content = parameter.get("content")
    media = document.follow(content.get(FORM)) if isinstance(content, dict) else {}
    schema = document.follow(media.get("schema"))
    required = entries(schema, "required")
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": str(document.follow(inner).get("description") or ""),
            "schema": inner,
        }
        for name, inner in properties_of(schema).items()
    ]


def unreadable_parameters(document: Document, site: OperationSite) -> Iterator[Found]:
    """Parameters that are no list, or a parameter without name and location."""
    for owner in (site.path_item, site.operation):
        if "parameters" not in owner:
            continue
        declared = owner["parameters"]
        if not isinstance(declared, list):
            yield "parameters", "parameters are no list", "passed over"
        kept = [entry for entry in entries(owner, "parameters") if _is_parameter(document.follow(entry))]
        if len(kept) < len(entries(owner, "parameters")):
            yield "parameters", "parameter without name or location, or that leads nowhere", "left out"
        owner["parameters"] = kept


def _is_parameter(parameter: JsonObject) -> bool:
    return isinstance(parameter.get("name"), str) and parameter.get("in") in ("path", "query", "header", "cookie")


def undeclared_path_parameter(document: Document, site: OperationSite) -> Iterator[Found]:
    """A parameter of the path template that is not declared."""
    declared = {p.get("name") for p in _parameters(document, site) if p.get("in") == "path"}
    for name in dict.fromkeys(_TEMPLATE_NAME.findall(site.path)):
        if name not in declared:
            entry = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            site.operation["parameters"] = [*entries(site.operation, "parameters"), entry]
            yield f"parameters/{name}", "path parameter not declared", "declared as a string"


def optional_path_parameter(document: Document, site: OperationSite) -> Iterator[Found]:
    """A path parameter that is not required (it must be: OpenAPI 3.1, section 4.8.12)."""
    for parameter in _parameters(document, site):
        if parameter.get("in") == "path" and parameter.get("required") is not True:
            parameter["required"] = True
            yield f"parameters/{parameter.get('name')}", "path parameter not required", "required"


def stray_path_parameter(document: Document, site: OperationSite) -> Iterator[Found]:
    """A declared path parameter that the path has no place for."""
    names = _TEMPLATE_NAME.findall(site.path)
    for parameter in _without(document, site, lambda p: p.get("in") == "path" and p.get("name") not in names):
        yield f"parameters/{parameter.get('name')}", "path parameter that the path does not have", "left out"


def forbidden_header(document: Document, site: OperationSite) -> Iterator[Found]:
    """A header parameter that only HTTP itself may set, such as ``Content-Length``."""
    for parameter in _without(document, site, _is_forbidden_header):
        name = parameter["name"]
        yield f"parameters/{name}", f"header parameter {name!r}", "not offered: HTTP sets it"


def _is_forbidden_header(parameter: JsonObject) -> bool:
    return parameter.get("in") == "header" and str(parameter.get("name")).lower() in FORBIDDEN_HEADERS


def _without(document: Document, site: OperationSite, unwanted: Callable[[JsonObject], bool]) -> Iterator[JsonObject]:
    """Leave the unwanted parameters out of an operation and its path item, and yield them."""
    for owner in (site.path_item, site.operation):
        declared = [(entry, document.follow(entry)) for entry in entries(owner, "parameters")]
        left_out = [parameter for _, parameter in declared if unwanted(parameter)]
        if left_out:
            owner["parameters"] = [entry for entry, parameter in declared if not unwanted(parameter)]
            yield from left_out


def object_query_parameter(document: Document, site: OperationSite) -> Iterator[Found]:
    """A query parameter that is an object: the real body, misdeclared."""
    for parameter in _parameters(document, site):
        schema = document.follow(parameter.get("schema"))
        if parameter.get("in") == "query" and ("properties" in schema or schema.get("type") == "object"):
            yield (
                f"parameters/{parameter.get('name')}",
                "query parameter that is an object",
                "sent as declared, in the query",
            )


def body_without_content(document: Document, site: OperationSite) -> Iterator[Found]:
    """A ``requestBody`` without ``content``."""
    body = site.operation.get("requestBody")
    content = document.follow(body).get("content")
    if body is not None and not (isinstance(content, dict) and content):
        del site.operation["requestBody"]
        yield "requestBody", "requestBody without content", "no body is sent"


def nameless_media_type(document: Document, site: OperationSite) -> Iterator[Found]:
    """A media type without a slash, such as ``undefined``."""
    content = document.follow(site.operation.get("requestBody")).get("content")
    if not isinstance(content, dict):
        return
    for media_type in list(content):
        if "/" not in media_type:
            media = content.pop(media_type)
            taken = content.setdefault("application/json", media) is media
            yield "requestBody", f"media type {media_type!r}", "read as 'application/json'" if taken else "left out"


def patch_declared_as_object(document: Document, site: OperationSite) -> Iterator[Found]:
    """A JSON Patch body declared as one operation; the wire needs an array of them (RFC 6902, section 3)."""
    for media_type, media in _body_media(document, site):
        schema = document.follow(media.get("schema"))
        if media_type == JSON_PATCH and {"op", "path"} <= properties_of(schema).keys():
            media["schema"] = {"type": "array", "items": media["schema"]}
            yield "requestBody", "JSON Patch declared as an object", "an array of operations is taken and sent"


def unmarked_file(document: Document, site: OperationSite) -> Iterator[Found]:
    """A file of a multipart body that is not marked ``format: binary``."""
    for media_type, media in _body_media(document, site):
        if media_type != MULTIPART:
            continue
        properties = properties_of(document.follow(media.get("schema")))
        for name, schema in properties.items():
            if _FILE_NAME.search(name) and isinstance(schema, dict) and _mark_file(document, properties, name):
                yield f"requestBody/{name}", "file without format 'binary'", "read as a file"


def _mark_file(document: Document, properties: JsonObject, name: str) -> bool:
    """Mark a property, or the items of an array of files, as a file; tell whether it was not."""
    owner, key = properties, name
    if document.follow(properties[name]).get("type") == "array":
        owner, key = document.follow(properties[name]), "items"
    file = document.follow(owner.get(key))
    if file.get("format") == "binary":
        return False
    texts = {keyword: file[keyword] for keyword in ("description", "title") if keyword in file}
    # What a reference leads to may be no file elsewhere: so it is not changed, but written anew here.
    owner[key] = {**({} if "$ref" in (owner.get(key) or {}) else file), **texts, "type": "string", "format": "binary"}
    return True


def response_without_description(document: Document, site: OperationSite) -> Iterator[Found]:
    """A response without ``description``, which is required up to OpenAPI 3.1."""
    if str(document.content.get("openapi")).startswith("3.2"):
        return
    for status, response in _responses(document, site):
        if not isinstance(response.get("description"), str):
            response["description"] = ""
            yield f"responses/{status}", "response without description", "an empty one"


def no_success_response(document: Document, site: OperationSite) -> Iterator[Found]:
    """No 2xx response: a download that redirects, or an oversight."""
    responses = site.operation.get("responses")
    statuses = list(responses) if isinstance(responses, dict) else []
    if not any(status.startswith("2") or status == "default" for status in statuses):
        redirect = any(status.startswith("3") for status in statuses)
        yield (
            "responses",
            f"no 2xx response{', only a redirect' if redirect else ''}",
            "any success is taken as it comes",
        )


def _parameters(document: Document, site: OperationSite) -> Iterator[JsonObject]:
    for owner in (site.path_item, site.operation):
        yield from filter(None, map(document.follow, entries(owner, "parameters")))


def _body_media(document: Document, site: OperationSite) -> list[tuple[str, JsonObject]]:
    content = document.follow(site.operation.get("requestBody")).get("content")
    found = content.items() if isinstance(content, dict) else ()
    return [(media_type.split(";")[0].strip().lower(), media) for media_type, media in found if isinstance(media, dict)]


def _responses(document: Document, site: OperationSite) -> Iterator[tuple[str, JsonObject]]:
    responses = site.operation.get("responses")
    for status, response in responses.items() if isinstance(responses, dict) else ():
        followed = document.follow(response)
        if followed or response == {}:
            yield status, followed


DOCUMENT_CHECKS: tuple[Callable[[Document], Iterator[Found]], ...] = (
    servers,
    lost_operations,
    repeated_operation_ids,
)

OPERATION_CHECKS: tuple[Callable[[Document, OperationSite], Iterator[Found]], ...] = (
    odd_operation_id,
    odd_tags,
    no_text,
    whole_query_string,
    overlong_texts,
    unreadable_parameters,
    undeclared_path_parameter,
    optional_path_parameter,
    stray_path_parameter,
    forbidden_header,
    object_query_parameter,
    body_without_content,
    nameless_media_type,
    patch_declared_as_object,
    unmarked_file,
    response_without_description,
    no_success_response,
)
