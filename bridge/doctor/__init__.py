"""What would be served, and is it well: findings, each with what mends it."""
