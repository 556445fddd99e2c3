"""What would be served: documents and their age, overrides, the listing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bridge.catalogue.listing_plan import ListingPlan
from bridge.catalogue.summary import summary_line
from bridge.catalogue.tool_spec import Catalogue, VendorCatalogue
from bridge.doctor.finding import Finding

OLD_DAYS = 90
"""After so many days a document may lack what the vendor has added."""
_SECONDS_A_DAY = 86_400


def documents(catalogue: Catalogue, now: float | None = None) -> Iterator[Finding]:
    """Look at the documents of each vendor.

    Args:
        catalogue: of them.
        now: seconds since 1970; None: the present.
    """
    for vendor in catalogue.vendors:
        yield _documents(vendor, time.time() if now is None else now)


def _documents(vendor: VendorCatalogue, now: float) -> Finding:
    name, source = vendor.vendor.name, vendor.documents
    about, line = f"documents of {vendor.vendor.title}", summary_line(vendor)
    if source.origin != "official":
        return Finding(about, "ok", line)
    days = max(int((now - ref.path.stat().st_mtime) // _SECONDS_A_DAY) for ref in source.selected)
    aged = f"{line}; the oldest is {days} day{'s' if days != 1 else ''} old"
    if days > OLD_DAYS:
        return Finding(about, "warning", aged, f"cli.py specs pull {name}")
    return Finding(about, "ok", aged)


def overrides(catalogue: Catalogue, files: Sequence[Path]) -> Finding:
    """Look at the overrides files in use."""
    named = ", ".join(map(str, files)) or "none"
    counts = {
        severity: sum(problem.severity == severity for problem in catalogue.problems)
        for severity in ("error", "warning")
    }
    if counts["error"]:
        text = f"{named}: {counts['error']} errors: nothing is served with them"
        return Finding("overrides", "problem", text, "cli.py overrides check")
    if counts["warning"]:
        return Finding("overrides", "warning", f"{named}: {counts['warning']} warnings", "cli.py overrides check")
    return Finding("overrides", "ok", named)


def listing(catalogue: Catalogue, plan: ListingPlan) -> Finding:
    """Look at what a model would be shown."""
    if not catalogue.tools:
        return Finding("listing", "problem", "no tools: nothing is selected, or everything is filtered out", "--spec")
    text = f"{plan.reason}; {len(catalogue.tools):,} tools in all"
    if plan.left_out:
        mend = "a larger --list-budget, or fewer pinned tools"
        return Finding("listing", "warning", f"{text}; no room for {len(plan.left_out)} that are pinned", mend)
    return Finding("listing", "ok", text)
