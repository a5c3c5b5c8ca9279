"""The posts that are measured: machine-written in the shape that scrapers leave in Hexo folders, 6 to 7 KB each.

A post is a pure function of its number and its shape, so that two machines measure the same bytes.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROXY = "https://proxy.example/?"
FLAT = 17
# 3 + 3·5 + 3·5·6 paths, and 5 + 6 names that also stand alone: 119 feeds of categories.
TOPS, MIDDLES, LEAVES = (
    ("新闻", "城市", "科技"),
    tuple(f"频道{n}" for n in range(5)),
    tuple(f"栏目{n}" for n in range(6)),
)

# Words of no meaning, of the 3,755 common characters in GB 2312's first rows and as unevenly frequent as words are (Zipf),
# so that the posts compress as such posts do: to two fifths.
_COMMON = b"".join(bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))[: 2 * 3755].decode(
    "gb2312"
)
_WORDS = ["".join(random.Random(n).choices(_COMMON, k=2)) for n in range(3000)]
_WEIGHTS = list(itertools.accumulate(1 / (n + 5) for n in range(len(_WORDS))))


@dataclass(frozen=True)
class Post:
    name: str
    title: str
    categories: tuple[str, ...]
    picture: str
    date: datetime
    body: str


def categories(number: int, shape: str) -> tuple[str, ...]:
    """Give the categories of a post: one of 17, or the three steps of a path."""
    if shape == "flat":
        return (f"频道{number % FLAT}",)
    return TOPS[number % 3], MIDDLES[number // 3 % 5], LEAVES[number // 15 % 6]


def scopes(categories: tuple[str, ...]) -> list[str]:
    """Give every category whose feed holds a post of this path, for engines that know no paths."""
    return list(dict.fromkeys(["-".join(categories[: n + 1]) for n in range(len(categories))] + list(categories)))


def post(number: int, shape: str = "flat", marker: str = "") -> Post:
    chance = random.Random(number)

    def sentence() -> str:
        words = chance.choices(_WORDS, cum_weights=_WEIGHTS, k=14)
        return f"{''.join(words[:6])}，{''.join(words[6:])}。"

    def image(index: int) -> str:
        address = f"http://img{index % 3}.example/202207/{number:06}{index:02}_1024.jpg"
        return (
            f'<p></p><div class="img_box" id="id_imagebox_{index}" onclick><div class="content_img_div perview_img_div">'
            f'<img class="lazy opacity_0 " id="img_{index}" data-original="{address}" data-height="{chance.randint(400, 900)}" '
            f'data-width="{chance.randint(600, 1400)}" src="{PROXY}{address}" referrerpolicy="no-referrer"></div></div>'
        )

    parts = []
    for index in range(15):
        text = "".join(sentence() for _ in range(chance.randint(2, 4)))
        parts.append(f"{image(index // 3)}{text}<p></p>" if index % 3 == 0 else f"<p>{text}</p>")
    closing = '<p></p><div class="end_div"><div class="remark"><p>编辑部出品</p><p></p></div></div><p></p>'
    return Post(
        f"{number:06}.md",
        f"第{number}篇：{marker}{''.join(chance.choices(_WORDS, k=8))}",
        categories(number, shape),
        f"{PROXY}http://img0.example/202207/{number:06}00_1024.jpg",
        datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=97 * number),  # 100,000 posts end in 2023
        f"<div>   \n<p>{marker}</p>{''.join(parts)}{closing}  \n</div>",
    )


def _yaml(post: Post, categories: list[str] | tuple[str, ...], start: str) -> str:
    items = "".join(f"\n - {name}" for name in categories)
    date = format_datetime(post.date, usegmt=True)
    return (
        f"{start}---\ntitle: '{post.title}'\ncategories: {items}\nheadimg: '{post.picture}'\nauthor: Filler\n"
        f"comments: false\ndate: {date}\nthumbnail: '{post.picture}'\n---\n\n{post.body}\n"
    )


def _pelican(post: Post) -> str:
    return (
        f"Title: {post.title}\nDate: {post.date:%Y-%m-%d %H:%M:%S}\nCategory: {post.categories[0]}\nAuthor: Filler\n"
        f"Slug: {post.name[:-3]}\n\n{post.body}\n"
    )


# Who reads it: how the same post is written for them. Hugo and Hexo take a first line that is blank for a post without
# front matter; Pelican has a dialect of its own.
DIALECTS = {
    "feedsvc": lambda post: _yaml(post, post.categories, "\n"),
    "hugo": lambda post: _yaml(post, scopes(post.categories), ""),
    "hexo": lambda post: _yaml(post, post.categories, ""),
    "pelican": _pelican,
}


def text(number: int, shape: str = "flat", dialect: str = "feedsvc", marker: str = "") -> str:
    return DIALECTS[dialect](post(number, shape, marker))


def write(folder: Path, count: int, shape: str = "flat", dialect: str = "feedsvc", first: int = 0) -> Path:
    """Write posts first to first + count into the folder, newest last."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        (folder / f"{number:06}.md").write_text(text(number, shape, dialect), encoding="utf-8")
    return folder


def expected(count: int, shape: str) -> dict[str, int]:
    """Give the number of entries of each category's feed, 20 at most."""
    found: dict[str, int] = {}
    for number in range(count):
        for scope in scopes(categories(number, shape)):
            found[scope] = min(20, found.get(scope, 0) + 1)
    return found
