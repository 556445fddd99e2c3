"""How well the search finds the right operation: recall, time and size of an answer, beside FastMCP's own search."""
