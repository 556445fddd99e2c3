"""Tokens that are obtained: with an app's credentials, a refresh token, or a command (OAuth 2.0, RFC 6749)."""
