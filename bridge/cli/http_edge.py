"""The options of serve over HTTP that say which requests are let in."""

from __future__ import annotations

from typing import Annotated

import typer

AllowedHosts = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-host",
        help="With --transport http: a name, or glob, that may stand in the Host header beside this computer's own. "
        "Repeatable.",
        metavar="HOST",
    ),
]
AllowedOrigins = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-origin",
        help="With --transport http: a web page's origin, https://host, whose requests are let in. Repeatable.",
        metavar="ORIGIN",
    ),
]
MetricsOption = Annotated[
    bool, typer.Option("--metrics", help="With --transport http: answer GET /metrics for Prometheus, without a token.")
]
MaxRequests = Annotated[
    int, typer.Option(min=1, help="With --transport http: requests that are answered at one time; more get 503.")
]
MaxRequestsPerCaller = Annotated[
    int, typer.Option(min=1, help="With --transport http: how many of them may be one caller's; more get 429.")
]
