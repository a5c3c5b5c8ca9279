"""What a call costs, in a measure that is the same on every machine; and a limit for what never ends."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Far more than the slowest machine takes for what is linear; far less than the quadratic takes on the fastest.
LIMIT = 120


def calls(run: Callable[[], object]) -> int:
    """Give how many functions, of Python and of C, are called while run runs."""
    count = 0

    def seen(_frame: object, event: str, _given: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Fail where the block does not end. What runs in C is told when it returns."""

    def late(_number: int, _frame: object) -> None:
        pytest.fail(f"it has not ended after {LIMIT} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
