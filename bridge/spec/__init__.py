"""Documents in: found, read, repaired, listed as operations."""
