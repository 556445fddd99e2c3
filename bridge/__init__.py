"""An OpenAPI-to-MCP bridge for Zoom and Webex: official documents in, curated MCP tools out."""

__version__ = "0.1.0"
