"""Speed, memory and retrieval, measured against bare FastMCP in the same run."""
