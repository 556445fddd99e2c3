"""Which sentences of the vendors' prose a model can do without, and which turns of phrase are shorter: data.

The patterns meet plain text (``plain_text``) in lower case, one sentence or item of a list at a time; none ignores case
and none begins with ``.*``, so that thousands of sentences are read in a moment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import Pattern
from typing import Final

_TOOL = r"(?!.*\b(?:webex|zoom)_\w+)"
"""Not where a tool is named, as our own descriptions do."""


def _any(*patterns: str) -> Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


SECTION: Final = _any(
    r"(?:granular )?scopes?\b:?(?! of)",
    r"rate limit label\b",
    r"pre-?requisites?\b",
    r"authori[sz]ation:?$",
    r"role and scope:",
    r"one of the following oauth scopes",
    r"the following (?:administrators|roles) can use",
)
"""How a line begins that opens a section of what ``_meta`` has: the items after it go with it."""

ABOUT_ACCESS: Final = _any(
    r"(?:auth|access|bearer|administrator|admin|security|oauth) token\b"
    r".*\b(?:scope|permission|role|authorization|requires?)",
    r"(?:requires?|must have|must use|needs?) .{0,80}\b(?:auth|access|administrator|bearer) token\b",
    r"oauth (?:access )?token\b",
    r"scopes? (?:of )?['\w-]+:[\w:]+",
    r"[a-z]:[a-z]\w*_(?:read|write|rw)\b",
    r"spark(?:-[a-z]+)?:",
    r"must have an? role",
    r"(?:account|license|subscription)s?\b.{0,20}\brequired to use this",
)
"""What a sentence about tokens, scopes and roles has in it."""

ABOUT_ACCESS_FIRST: Final = _any(
    r"(?:or )?requires? (?:any |one of |an? )?.{0,60}\b(?:roles?|scopes?|token)\b",
    r"(?:this|the) (?:api|endpoint|operation|request) requires .*\b(?:administrator|role|scope|license|privilege)",
    r"(?:for (?:user|account)-level apps, )?the user calling this api must",
    r"(?:this|the) (?:api|endpoint|operation)(?: endpoint)? (?:works for|(?:is )?only (?:supports|available))",
    r"use the \w+ scope",
    r"not supported in gov",
    r"the rate limit of",
    r"(?:business|pro|education|enterprise)\b.{0,40}\baccount",
)
"""How a sentence about tokens, roles, plans and rates begins."""

ELSEWHERE: Final = _any(
    r"for (?:more|additional|further|detailed) (?:info|detail|data)",
    r"for (?:an? |the )?(?:full |complete |current )?list of .*\b(?:see|refer|visit|read)\b",
    r"for (?:details|information|instructions|reference)\b",
    r"to learn (?:more|about)\b",
    r"click here|this article|developer (?:blog|guide)",
    r"https?://",
)
"""What a sentence that only leads to another page has in it."""

ELSEWHERE_FIRST: Final = _any(
    rf"(?:please )?(?:also )?(?:see|refer to|visit|read|consult|check)\b(?! (?:that|whether|if)\b){_TOOL}",
    r"specify the [\w ]+ in the \w+ (?:path )?parameter in the uri",
    r"long result sets (?:are|will be) split",
    r"(?:example|sample|for example|for instance|e\.g)\b",
    r"(?:html|curl|get|post|put|patch|delete) ?:? /",
    r"several query parameters are available",
)
"""How a sentence begins that only leads to another page, or shows an example."""

HELPS_NO_CHOICE: Final = _any(
    r"next page token\b.*\b(?:returned|returns|expir|paginat)",
    r"expir(?:ation|es)\b.*\b15 minutes",
    rf"can be (?:retrieved|obtained|found|fetched|queried) (?:from|by|using|via|in|with|through)\b{_TOOL}",
    r"when storing this value",
    r"array fields? in the response",
    r"this field only appears",
)
"""What a sentence about a value has in it that helps nobody to choose one."""

HELPS_NO_CHOICE_FIRST: Final = _any(
    r"it returns whenever the set of available",
    r"the (?:specified security )?token must have permission",
    r"if the number specified is more than allowed",
    rf"(?:to (?:get|obtain|retrieve|find) (?:this|the|these|it)|you can (?:get|obtain|find)|retrieve by){_TOOL}",
    r"(?:it|this)(?: \w+)? should not be specified when creating",
    r"for a newly created resource",
    r"this parameter uses the rsql",
    r"all available webex sites",
    r"currently supports two different ids",
    r"we do not treat this field",
)
"""How a sentence about a value begins that helps nobody to choose one."""

EXAMPLES: Final = re.compile(r"(?:the )?(?:below )?examples? (?:below )?(?:shows?\b|are\b|:)|(?:some )?examples?:?$")
"""How a line begins that opens a list of examples: the first of them will do."""

SAID_BY_ENUM: Final = _any(
    r"(?:the )?(?:possible|allowed|supported|valid|available|accepted|acceptable|permitted) (?:\w+ )?"
    r"(?:values?|options?|types?)\b",
    r"(?:it |the values? |this |value )?(?:can|must|should|may) be (?:either |one of|any of)",
    r"one of(?: the following)?:?$|(?:values?|options?)(?: are)?:",
    r"(?:the )?values? (?:can be|is|are|include)\b",
)
"""How a sentence begins that only introduces the values that ``enum`` has."""

SAID_BY_DEFAULT: Final = _any(
    r"(?:it |(?:this|the) (?:\w+ )?|\w+ )?defaults? (?:\w+ )?(?:is|to|value|:)",
    r"by default,? (?:it|this|the value) is",
)
"""How a sentence begins that only tells what ``default`` has."""

SAID_BY_LIMITS: Final = _any(
    r"(?:the )?(?:maximum|max|minimum|min|up)\b[^.]{0,30}\b(?:length|limit|characters?)\b",
    r"(?:it )?(?:cannot|can't|must not) (?:be longer|exceed)\b.*characters",
    r"(?:the )?(?:length|size)\b.*\bcharacters",
)
"""How a sentence begins that only tells what the limits of the schema say."""

BEARS_ON_CALLS: Final = re.compile(
    r"(?:required|requires?|must|mandatory|only|cannot|can't|can not|not allowed|at least|at most|up to|max(?:imum)?"
    r"|min(?:imum)?|formats?|defaults?|comma|separated|either|ignored|omit(?:ted)?|empty|null|wildcard|deprecated"
    r"|instead|exclusive|together|e\.164|iso|utc|gmt|iana|rfc|base64|epoch|milliseconds?|seconds|minutes"
    r"|bytes|unsupported|not supported|applies|applicable|replaces?|overwrit\w+|permanent\w*|irreversible|limited"
    r"|e\.g)(?![a-z])"
)
"""What a sentence has in it that says when, how or in what form something is given."""

UNIT: Final = re.compile(
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|millis|epoch|percent\w*|bytes|[kmg]b|utc|gmt|iana|iso|e\.?164"
    r"|rfc|base64|url|comma|separated|encoded|yyyy|format|regex\w*|rsql|json)(?![a-z])"
)
"""Units and forms of values: a text that names one always says something."""

SHARED: Final[Sequence[tuple[str, Pattern[str], str]]] = tuple(
    (needle, re.compile(pattern, re.IGNORECASE), short)
    for needle, pattern, short in (
        (
            "partners)",
            r"only admin users of another organization \(such as partners\) (?:may|can) use this parameter"
            r"(?: as the default is the same organization as the token used to access (?:the )?API)?\.?",
            "Default: the token's own.",
        ),
        (
            "'me' value",
            r"for user-level apps, pass (?:the )?'me' value(?: instead of the \w+ parameter| for this parameter)?\.?",
            "'me': the token's owner.",
        ),
        ("double", r".*\bdouble[- ]?encode\b.*", ""),
        ("following format", r"\bin the following format:? ", "as "),
        ("or not", r"\bwhether or not\b", "whether"),
    )
)
"""Turns that many parameters share: a text that the line has, the pattern, what it comes to.

``'me'`` is Zoom's word for the owner of the token; what has to be encoded twice, the bridge encodes.
"""

LEADS_OF_TOOLS: Final = re.compile(
    r"(?:please )?(?:use this (?:api|endpoint|method|function|operation|request)(?: endpoint)? to|"
    r"this (?:api|endpoint|method|operation)(?: endpoint)?(?: call)?(?: is used to| can be used to| lets you"
    r"| allows you to| will| allows users to)|"
    r"this (?:api|endpoint|method|operation)|(?:an? )?api to|access this endpoint (?:when|to))\s+",
    re.IGNORECASE,
)
"""How a description begins before it says something."""

LEADS_OF_VALUES: Final[Sequence[tuple[Pattern[str], str]]] = tuple(
    (re.compile(pattern, re.IGNORECASE), short)
    for pattern, short in (
        (r"\(?optional\)?[:.,-]? +", ""),
        (
            r"(?:this|the) (?:field|parameter|value|setting|property|attribute|option|flag|query parameter)"
            r" (?:is used to |is for |is |indicates |specifies |defines |sets |represents |denotes |describes )",
            "",
        ),
        (r"(?:this|it) (?:indicates|specifies|defines|represents|denotes|is) ", ""),
        (
            r"(?:indicates?|specif(?:y|ies)|determines?|defines?|represents?|denotes?|describes?|designates?)"
            r"(?: whether|,? if) ",
            "whether ",
        ),
        (r"(?:indicates?|specif(?:y|ies|iy)|determines?|defines?|represents?|denotes?|describes?) ", ""),
        (
            r"(?:a )?(?:boolean )?(?:flag|indicator|setting|option|value)?(?: used)? ?to (?:indicate|specify|determine)"
            r" (?:whether|if) ",
            "whether ",
        ),
        (r"whether (?:or not )?to ", ""),
        (r"(?:a |the )?unique (?:identifier|id) (?:of|for) (?:the |an? )?", "ID of "),
        (r"limit the (?:maximum )?number of ", "most "),
        (r"(?:an?|the) (?=identifier|id|list|unique|number|name|type|value)", ""),
        (r"the ", ""),
    )
)
"""How the text of a value begins, and the shorter way; applied once each, in this order."""

_STOP_WORDS = (
    "a an and any are as at be been by can do does e for from g has have i if in into is it its of on or s t that "
    "the their them then there these this those to was when where which who whose will with within would you your "
    "also not than via more other one all each such may should etc used use using uses based unless resides under "
    "over"
)
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())

_SAYS_LITTLE = (
    "unique identifier identifiers id ids value values field parameter attribute property specify specified "
    "specifies indicate indicates given request requested object resource resources list lists array set sets "
    "setting settings information info detail details associated corresponding matching match matches retrieve "
    "retrieved return returned returns update get filter filters filtered search new data content current string "
    "boolean integer flag true false enable enabled disable disabled allow allowed allows whether record records "
    "result results item items response call calls api single per page pages number count total name names type "
    "types belongs belong belonging particular certain target entity option options configuration config zoom "
    "webex account organization org user users add added create created creating updated updating delete deleted "
    "deleting want wants available valid describe describes represent represents following query contain contains "
    "containing display displayed displays provide provided support supported turn turned turns existing selected "
    "select desired actual uniquely identify identifies custom define defined defines operation related "
    "operations"
)
SAYS_LITTLE: Final = frozenset(_SAYS_LITTLE.split())
"""Words that by themselves tell nothing about a value whose name is known."""
