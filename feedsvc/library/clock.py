"""The clock: the only place that reads it, so that a test can set it; and instants as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime | None) -> int | None:
    """Give an instant as microseconds since 1970."""
    return None if instant is None else (instant - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int | None) -> datetime | None:
    """Give microseconds since 1970 as an instant in UTC."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


def now() -> datetime:
    """Give the instant that it is, in UTC."""
    return datetime.now(UTC)
