"""An embedded vendor API on loopback that answers from the documents: no account, no internet."""

from bridge.sandbox.app import RequestLog, sandbox_app
from bridge.sandbox.running import Sandbox

__all__ = ["RequestLog", "Sandbox", "sandbox_app"]
