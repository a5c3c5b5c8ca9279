"""Bounds: whether a body can be parsed at all, told by one scan that is linear in its length.

The scan reads tags as a parser does (HTML, section 13.2.5) but builds nothing; it estimates what a parser
would have to do, and is never below it where the difference could stall one.
"""

from __future__ import annotations
def check(html: str) -> None: ...
