"""The vendor that issues tokens, for the tests of this folder."""

from __future__ import annotations

import pytest

from tests.oauth_server import OAuthServer
from tests.upstream_server import Upstream


@pytest.fixture
def server(upstream: Upstream) -> OAuthServer:
    """Return a vendor that has issued nothing yet."""
    return OAuthServer(upstream)
