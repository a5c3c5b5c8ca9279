"""The clock: the only place that reads it, so that a test can set it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Give the instant that it is, in UTC."""
    return datetime.now(UTC)
