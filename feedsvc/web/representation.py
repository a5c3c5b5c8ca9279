"""Bytes that are made once and sent often, with their compressed twins and a strong ETag for each."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

# Under this, a compressed body is not smaller by a packet.
_WORTHWHILE = 860


def _brotli(body: bytes) -> bytes:
    import brotli  # noqa: PLC0415 - a build that writes no twins does without

    return bytes(brotli.compress(body, quality=7))


def _zstd(body: bytes) -> bytes:
    import zstandard  # noqa: PLC0415

    return zstandard.ZstdCompressor(level=9).compress(body)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


# Coding: how it is made, and how nginx calls the file. Where a client likes several equally, the first.
# A feed of 140 KB takes under a millisecond in each; brotli's level 9 takes eight for 0.1 % less.
CODINGS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "br": (_brotli, ".br"),
    "zstd": (_zstd, ".zst"),
    "gzip": (_gzip, ".gz"),
}


@dataclass
class Representation:
    """A document as it is sent. updated is the instant of Last-Modified, None for none."""

    body: bytes
    content_type: str
    updated: datetime | None = None
    _twins: dict[str, bytes] = field(default_factory=dict)

    @functools.cached_property
    def tag(self) -> str:
        """The opaque part of the ETag of the bytes as they are."""
        return hashlib.sha256(self.body).hexdigest()[:32]

    @property
    def size(self) -> int:
        """Bytes that it holds in memory, about."""
        return len(self.body) + sum(map(len, self._twins.values()))

    def twin(self, coding: str) -> bytes:
        """Give the body in a coding of CODINGS, made when it is first asked for; b"" where it would not be smaller."""
        if (made := self._twins.get(coding)) is None:
            made = CODINGS[coding][0](self.body) if len(self.body) >= _WORTHWHILE else b""
            self._twins[coding] = made = made if len(made) < len(self.body) else b""
        return made
