"""The tables of a library.

Instants are microseconds since 1970 in UTC. A scope is a kind (`category`, `tag`, `author`) and a key: the keys of its
names, each as a path segment, joined with slashes. The site as a whole is the kind `site` with the key "".
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

# Numbers of the library as a whole: `generation`, raised by each refresh that changed something; `edition`, which no other
# library has; `asof` and `due`, instants: of the last refresh, and of the next one at which a post appears or goes by itself.
META = sa.Table(
    "meta",
    METADATA,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
FILE = sa.Table(
    "file",
    METADATA,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("mtime_ns", sa.BigInteger, nullable=False),
    sa.Column("inode", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),  # of its bytes; empty where they could not be read
    sqlite_with_rowid=False,
)
PROBLEM = sa.Table(
    "problem",
    METADATA,
    sa.Column("path", sa.Text, nullable=False, index=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("source", sa.String(10), nullable=False),  # parse, scan or conflict
)
POST = sa.Table(
    "post",
    METADATA,
    sa.Column("path", sa.Text, primary_key=True),
    # What the post asks for, and what it has: another post may have asked first.
    sa.Column("asked_id", sa.Text, nullable=False, index=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("asked_slug", sa.Text, nullable=False, index=True),
    sa.Column("slug", sa.Text, nullable=False),
    # The file's own slug, by which other posts refer to it; NULL where the post asks for it.
    sa.Column("name", sa.Text, index=True),
    sa.Column("published", sa.BigInteger, index=True),
    sa.Column("expires", sa.BigInteger, index=True),
    sa.Column("listed", sa.Boolean, nullable=False),  # False: its time has not come, or is over
    sa.Column("version", sa.BigInteger, nullable=False),  # the generation in which it came or changed
    sa.Column("fields", sa.Text, nullable=False),  # the Post as JSON, with the id and slug that it asks for
    sa.Column("content", sa.Text),  # NULL until something shows the post: then fields have title and summary, too
)
# The bytes that a post was read from, compressed.
SOURCE = sa.Table(
    "source",
    METADATA,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("kept", sa.LargeBinary, nullable=False),
)
# A scope is kept when its last post goes, with no posts, for readers to see that it went.
SCOPE = sa.Table(
    "scope",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("names", sa.Text, nullable=False),  # as they are shown: a list in JSON
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("posts", sa.Integer, nullable=False),
    # Whether the scope is where a category path of a post begins or leads through; else a name inside one.
    sa.Column("rooted", sa.Boolean, nullable=False),
    sa.Column("newest", sa.BigInteger),
    sa.Column("mark", sa.String(32), nullable=False),  # of its feed's entries
    # When its feed's entries last changed after the library was first made.
    sa.Column("touched", sa.BigInteger),
    sa.Column("twice", sa.Boolean, nullable=False),  # whether they did more than once in that second
    sa.Column("changed", sa.BigInteger, nullable=False, index=True),  # the generation in which this row last did
    sa.Column("version", sa.BigInteger, nullable=False),  # the generation in which its feed last did
    sa.UniqueConstraint("kind", "key"),
)
# The posts that are listed, in each of their scopes: the key's own order is that of the feeds.
MEMBER = sa.Table(
    "member",
    METADATA,
    sa.Column("scope", sa.Integer, primary_key=True),
    sa.Column("rank", sa.BigInteger, primary_key=True),  # see rank_of
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("rooted", sa.Boolean, nullable=False),
    sa.Column("name", sa.Text),  # as the post spells it, in a scope of one name
    sqlite_with_rowid=False,
)
# The rank of a post without a date.
UNDATED = 1 << 62


def rank_of(published: int | None) -> int:
    """Give what posts are sorted by: newest first, undated ones last."""
    return UNDATED if published is None else -published
