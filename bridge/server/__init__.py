"""The MCP side: the only room that knows FastMCP."""
