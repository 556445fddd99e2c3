#!/usr/bin/env python3
"""The bridge from a checkout: ``python cli.py serve --spec webex``; an installed one has a command of its own."""

from bridge.cli import main

if __name__ == "__main__":
    main()
