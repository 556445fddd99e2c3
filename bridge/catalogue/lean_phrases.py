"""Which sentences of the vendors' prose a model can do without, and which turns of phrase are shorter: data.

The patterns meet plain text (``plain_text``) in lower case, one sentence or item of a list at a time; none ignores case
and none begins with ``.*``, so that thousands of sentences are read in a moment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from re import Pattern
from typing import Final, NamedTuple


class Cue(NamedTuple):
    """What gives a sentence away: a pattern, searched for only where one of the words is there."""

    words: Set[str]
    pattern: Pattern[str]

    def is_in(self, low: str, words: Set[str]) -> bool:
        """Tell whether a sentence has it, given in lower case and as its words."""
        return not self.words.isdisjoint(words) and self.pattern.search(low) is not None


def _any(*patterns: str) -> Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TOOL = r"(?!.*\b(?:webex|zoom)_\w+)"
"""Not where a tool is named, as our own descriptions do."""


SECTION: Final = _any(
    r"(?:granular |required )?scopes?\b:?(?! of)",
    r"rate limit label\b",
    r"pre-?requisites?\b",
    r"authori[sz]ation:?$",
    r"role and scope:",
    r"one of the following oauth scopes",
    r"the following (?:administrators|roles) can use",
)
"""How a line begins that opens a section of what ``_meta`` has: the items after it go with it."""

ABOUT_ACCESS: Final = Cue(
    _words("token tokens scope scopes role oauth account accounts license licenses subscription spark read write rw"),
    _any(
        r"(?:auth|access|bearer|administrator|admin|security|oauth) token\b"
        r".*\b(?:scope|permission|role|authorization|requires?)",
        r"(?:requires?|must have|must use|needs?) .{0,80}\b(?:auth|access|administrator|bearer) token\b",
        r"oauth (?:access )?token\b",
        r"scopes? (?:of )?['\w-]+:[\w:]+",
        r"[a-z]:[a-z]\w*_(?:read|write|rw)\b",
        r"spark(?:-[a-z]+)?:",
        r"must have an? role",
        r"(?:account|license|subscription)s?\b.{0,20}\brequired to use this",
    ),
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

ELSEWHERE: Final = Cue(
    _words(
        "more additional further detailed list details information instructions reference click article guide blog"
        " http https"
    ),
    _any(
        r"for (?:more|additional|further|detailed) (?:info|detail|data)",
        r"for (?:an? |the )?(?:full |complete |current )?list of .*\b(?:see|refer|visit|read)\b",
        r"for (?:details|information|instructions|reference)\b",
        r"to learn (?:more|about)\b",
        r"click here|this article|developer (?:blog|guide)",
        r"https?://",
    ),
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

HELPS_NO_CHOICE: Final = Cue(
    _words("token expiration expires retrieved obtained found fetched queried storing response appears"),
    _any(
        r"next page token\b.*\b(?:returned|returns|expir|paginat)",
        r"expir(?:ation|es)\b.*\b15 minutes",
        rf"can be (?:retrieved|obtained|found|fetched|queried) (?:from|by|using|via|in|with|through)\b{_TOOL}",
        r"when storing this value",
        r"array fields? in the response",
        r"this field only appears",
    ),
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
    r"(?:this|that) is (?:because|why|useful|helpful)",
    r"this means",
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
    r"(?:the )?max(?:imum)?:? (?:(?:value|number|size|limit) )?(?:is |of )?\d+\W*$",
)
"""How a sentence begins that only tells what the limits of the schema say."""

_BEARS = (
    "required requires require must enter pass commas separate blank mandatory only cannot can't least max "
    "maximum min minimum format formats default defaults comma separated either ignored omit omitted empty null "
    "wildcard deprecated instead exclusive together iso utc gmt iana rfc epoch milliseconds millisecond seconds "
    "minutes bytes unsupported applies applicable replaces replace overwrites overwritten permanent permanently "
    "irreversible limited base64"
)
BEARS_ON_CALLS: Final = _words(_BEARS)
"""Words of sentences that say when, how or in what form something is given."""

BEARING_PHRASES: Final = ("up to", "at most", "not allowed", "not supported", "can not", "e.164")
"""The same, of several words."""

_UNITS = (
    "second seconds minute minutes hour hours day days week weeks month months millisecond milliseconds millis "
    "epoch percent percentage bytes kb mb gb utc gmt iana iso rfc base64 url comma separated encoded yyyy "
    "format regex rsql json uuid email e164"
)
UNITS: Final = _words(_UNITS)
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

_VERBS = (
    "accept activate add allow answer apply approve archive assign attach authorize batch bulk cancel change "
    "check clean clear clone close complete configure confirm connect consult control convert copy create "
    "deactivate decline delete deny deploy disable disconnect dismiss divert download edit enable end exchange "
    "execute export fetch find generate get give hold import initiate insert invite issue join leave let link "
    "list lists lock make manage mark merge modify move mute obtain override park partially patch pause perform "
    "pick place play post provide provision publish pull purge push put query read rebuild recall recover "
    "refresh regenerate register reject release remove rename replace reply report request reset resolve "
    "restart restore resume retrieve return revoke ring run save schedule search select send set share show "
    "sort start stop submit subscribe suspend switch sync synchronize terminate test toggle transfer trigger "
    "turn un-assign unassign unblock unhold unlink unlock unmute unpark unpin unregister unshare unsubscribe "
    "update upgrade upload use validate verify view wake write"
)
VERBS: Final = _words(_VERBS)
"""How a sentence begins that says what an operation does, an ``s`` or ``es`` at its end aside."""

LEADS_OF_TOOLS: Final = re.compile(
    r"(?:please )?(?:use this (?:api|endpoint|method|function|operation|request)(?: endpoint)? to|"
    r"this (?:api|endpoint|method|operation)(?: endpoint)?(?: call)?(?: is used to| can be used to| lets you"
    r"| allows you to| will| allows users to)|"
    r"this (?:api|endpoint|method|operation)|(?:an? )?api to|access this endpoint (?:when|to)|please)\s+",
    re.IGNORECASE,
)
"""How a description begins before it says something."""

_LEADING = (
    "optional this the it indicates indicate specify specifies specifiy determine determines define defines "
    "represent represents denote denotes describe describes designates a an boolean flag indicator setting "
    "option value used to whether unique limit"
)
LEADING_WORDS: Final = _words(_LEADING)
"""The first words of what ``LEADS_OF_VALUES`` shortens."""

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
