"""Start-up, listing, calls and memory: our server and bare FastMCP, spoken to by one raw JSON-RPC client."""
