"""What each template tag becomes: TAGS maps a name to (has_closing, renderer).

has_closing is True or False where a tag always or never has a closing tag and an inner text, and None where it has them if
a closing tag follows. A renderer returns HTML, or an Inline. `raw` and `verbatim` are not here: the scanner copies what is
in them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from feedsvc.content.text import plain


@dataclass(slots=True)
class Tag:
    """A tag: words and named are its arguments, and inner is the text up to its closing tag, "" without one."""

    name: str
    words: list[str]
    named: dict[str, str]
    inner: str = ""

    def get(self, *names: str, at: int = -1) -> str:
        """Return the first argument of names that is there, else the positional one at `at`, else ""."""
        named = next((self.named[name] for name in names if self.named.get(name)), "")
        return named or (self.words[at] if 0 <= at < len(self.words) else "")


@dataclass(frozen=True, slots=True)
class Inline:
    """Text that takes the place of a tag as it is: an address inside an attribute, or Markdown around the inner text."""

    text: str


Renderer: TypeAlias = Callable[[Tag], str | Inline]


def code_block(tag: Tag) -> str:
    """Return the inner text as a code block, in the language that the arguments name."""
    named = next((word for word in tag.words if not word.startswith(("http", "lineno"))), "")
    language = tag.get("lang", "language", "type") or ("" if tag.name == "codeblock" else named)
    language = re.sub(r"[^\w+#.-]", "", language)
    kind = f' class="language-{html.escape(language)}"' if language else ""
    return f"<pre><code{kind}>{html.escape(tag.inner.strip(chr(10)))}\n</code></pre>"


def _picture(source: str, alt: str, caption: str = "", link: str = "") -> str:
    from feedsvc.content.markup import inline_markdown  # noqa: PLC0415 - 0.03 s that bodies without pictures do without

    caption = inline_markdown(caption)
    alt = plain(alt)
    image = f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">'
    if link:
        image = f'<a href="{html.escape(link)}">{image}</a>'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>" if caption else image


def _asset_img(tag: Tag) -> str:
    words = tag.words
    at = next((i for i, word in enumerate(words) if re.search(r"[./]", word)), -1)
    source = tag.get("src", "url", "path", at=at)
    title = " ".join(word for word in words[at + 1 :] if not re.fullmatch(r"\d+(?:px|%)?", word)) if at >= 0 else ""
    return _picture(source, tag.get("alt", "title") or title) if source else ""


def _figure(tag: Tag) -> str | Inline:
    source = tag.get("src", "link", "image", "url", at=0)
    caption = tag.get("caption", "title", "attr")
    if (source and "src" in tag.named) or (source and not tag.inner):
        return _picture(source, tag.get("alt") or caption, caption, tag.get("link"))
    return Inline(f"\n\n{tag.inner}\n\n{caption}\n\n")


def _frame(address: str) -> Renderer:
    def render(tag: Tag) -> str:
        ident = re.sub(r"[^\w./?=&%:-]", "", tag.get("id", "v", at=0))
        ident = ident.rpartition("v=")[2].rpartition("/")[2] if ident.startswith("http") else ident
        return f'<iframe src="{html.escape(address.format(ident))}"></iframe>' if ident else ""

    return render


def _link_to(address: str, by_id: str, words: str) -> Renderer:
    def render(tag: Tag) -> str:
        first, second = (re.sub(r"[^\w./-]", "", tag.get(name, at=at)) for at, name in enumerate(("user", "id")))
        if first.isdigit() and not second:  # a number is the id of a work, which needs no author
            return f'<a href="{by_id.format(first)}">{words}</a>'
        return f'<a href="{address.format(first, second).rstrip("/")}">{words}</a>' if first else ""

    return render


def _address(tag: Tag) -> str:
    return tag.get("src", "url", "href", at=0)


def _media(kind: str) -> Renderer:
    def render(tag: Tag) -> str:
        source = html.escape(_address(tag))
        return f'<{kind} controls src="{source}"></{kind}>' if source else ""

    return render


def _quote(tag: Tag) -> Inline:
    source = " ".join(tag.words).strip()
    cite = f"\n\n<p>— {html.escape(source)}</p>" if source else ""
    return Inline(f"\n\n<blockquote>\n\n{tag.inner.strip()}{cite}\n\n</blockquote>\n\n")


def _post_path(tag: Tag) -> Inline:
    name = tag.get("path", at=0).rstrip("/").rpartition("/")[2]
    return Inline(f"post:{name.removesuffix('.md')}" if name else "")


def _ref(tag: Tag) -> Inline:
    path, _hash, fragment = tag.get("path", at=0).partition("#")
    name = path.rstrip("/").rpartition("/")[2]
    if name in {"index.md", "_index.md"}:
        name = path.rstrip("/").split("/")[-2] if "/" in path.rstrip("/") else ""
    return Inline((f"post:{name.removesuffix('.md')}" if name else "") + (f"#{fragment}" if fragment else ""))


def _post_link(tag: Tag) -> str:
    words = [word for word in tag.words[1:] if word not in {"true", "false"}]
    title = " ".join(words) or tag.get(at=0)
    return f'<a href="{html.escape(_post_path(tag).text)}">{html.escape(title)}</a>'


def _link(tag: Tag) -> str:
    at = next((i for i, word in enumerate(tag.words) if "/" in word or word.startswith("#")), -1)
    href = tag.get("url", "href", "link", at=at)
    title = " ".join(tag.words[:at] or tag.words[at + 1 :]) if at >= 0 else ""
    return f'<a href="{html.escape(href)}">{html.escape(tag.get("title", "text") or title or href)}</a>' if href else ""


_POST_FILE = re.compile(r"(?:.*/)?(?:\d{4}-\d\d?-\d\d?-)?([^/]+)\.(?:md|markdown|html?)")


def _jekyll_link(tag: Tag) -> str | Inline:
    """Return the address of Jekyll's `{% link _posts/x.md %}`, or the link of Hexo's `{% link words https://… %}`."""
    if len(tag.words) != 1 or tag.named:
        return _link(tag)
    path = tag.words[0]
    match = _POST_FILE.fullmatch(path) if not re.match(r"https?:", path) else None
    return Inline(f"post:{match[1]}" if match else path if "://" in path else "/" + path.lstrip("/"))


def _include(tag: Tag) -> str | Inline:
    """Return the picture or the player that Jekyll's common includes show, and "" for all others."""
    name = tag.get(at=0).rpartition("/")[2].partition(".")[0].lower()
    source = tag.get("src", "url", "image_path", "image", "img", "file", "path", "filename")
    if re.search(r"\.(?:avif|gif|jpe?g|png|svg|webp)$", source, re.IGNORECASE):
        caption = tag.get("caption", "description", "title")
        return _picture(source, tag.get("alt") or caption, caption, tag.get("link", "href"))
    player = next((p for p in ("youtube", "vimeo", "bilibili") if p in name or p in tag.get("provider").lower()), "")
    if player and (ident := tag.get("id", "video_id", "video", "bvid")):
        return TAGS[player][1](Tag(player, [ident], {}))
    return ""


def _block(tag: Tag) -> Inline:
    """Return the inner text as blocks of its own, below the title that a callout may have."""
    title = tag.get("title", "summary", "header") or (" ".join(tag.words) if tag.name == "details" else "")
    head = f"<p><strong>{html.escape(title)}</strong></p>\n\n" if title and tag.inner else ""
    return Inline(f"\n\n{head}{tag.inner.strip(chr(10))}\n\n" if "\n" in tag.inner or head else tag.inner)


def _button(tag: Tag) -> str:
    """Return the link of NexT's `{% btn https://…, words, icon %}`."""
    href, *words = (part.strip() for part in " ".join(tag.words).split(","))
    href = tag.get("url", "href", "link") or href
    return f'<a href="{html.escape(href)}">{html.escape(next(filter(None, words), href))}</a>' if href else tag.inner


def _label(tag: Tag) -> Inline:
    """Return the words of NexT's `{% label primary@words %}`."""
    return Inline(html.escape(" ".join(tag.words).partition("@")[2]) or tag.inner)


def _embed(tag: Tag) -> str:
    href = _address(tag)
    return f'<a href="{html.escape(href)}">{html.escape(href)}</a>' if re.match(r"https?://", href) else ""


def unknown_tag(tag: Tag) -> str | Inline:
    """Return a figure where src is the address of a picture, and else the inner text."""
    if re.search(r"\.(?:avif|gif|jpe?g|png|webp)$", tag.named.get("src", ""), re.IGNORECASE):
        return _figure(tag)
    return Inline(tag.inner)


def _nothing(_tag: Tag) -> str:
    return ""


def _inner(tag: Tag) -> Inline:
    return Inline(tag.inner)


TAGS: dict[str, tuple[bool | None, Renderer]] = {
    "highlight": (None, code_block),
    "codeblock": (True, code_block),
    "code": (None, code_block),
    "prism": (True, code_block),
    "markdown": (True, _block),
    **dict.fromkeys(
        "admonition alert aside callout card cards cell cq collapse col column columns details div expand fold folding "
        "grid gp group grouppicture hidetoggle hint important info note notel notice panel row section spoiler steps "
        "tab tabs tip warning wide".split(),
        (None, _block),
    ),
    "capture": (True, _nothing),
    "comment": (True, _nothing),
    "blockquote": (True, _quote),
    "quote": (True, _quote),
    "pullquote": (True, _quote),
    "centerquote": (True, _quote),
    "asset_img": (False, _asset_img),
    "asset_image": (False, _asset_img),
    "img": (False, _asset_img),
    "image": (False, _asset_img),
    "figure": (None, _figure),
    "audio": (False, _media("audio")),
    "video": (False, _media("video")),
    "youtube": (False, _frame("https://www.youtube.com/embed/{}")),
    "vimeo": (False, _frame("https://player.vimeo.com/video/{}")),
    "bilibili": (False, _frame("https://player.bilibili.com/player.html?bvid={}")),
    "gist": (False, _link_to("https://gist.github.com/{}/{}", "https://gist.github.com/{}", "gist")),
    "tweet": (False, _link_to("https://twitter.com/{}/status/{}", "https://twitter.com/i/status/{}", "tweet")),
    "mcpan": (False, lambda tag: Inline("https://metacpan.org/pod/" + tag.get(at=0))),
    "x": (False, _link_to("https://twitter.com/{}/status/{}", "https://twitter.com/i/status/{}", "tweet")),
    "twitter": (False, _embed),
    "instagram": (False, _link_to("https://www.instagram.com/p/{}", "https://www.instagram.com/p/{}", "Instagram")),
    "iframe": (False, _embed),
    "media": (False, _embed),
    "jsfiddle": (False, _link_to("https://jsfiddle.net/{}", "https://jsfiddle.net/{}", "JSFiddle")),
    "codepen": (False, _link_to("https://codepen.io/{}/pen/{}", "https://codepen.io/{}", "CodePen")),
    "gslides": (False, _embed),
    "slideshare": (False, _embed),
    "githubify": (None, _inner),
    "asset_path": (False, lambda tag: Inline(_address(tag))),
    "asset_link": (False, _link),
    "link": (False, _jekyll_link),
    "button": (None, _button),
    "btn": (False, _button),
    "label": (None, _label),
    "post_link": (False, _post_link),
    "post_path": (False, _post_path),
    "post_url": (False, _post_path),
    "ref": (False, _ref),
    "relref": (False, _ref),
    "static": (False, lambda tag: Inline(_address(tag))),
    "assign": (False, _nothing),
    "include": (False, _include),
    "include_cached": (False, _include),
    "include_relative": (False, _nothing),
    "param": (False, _nothing),
    "set": (False, _nothing),
    "if": (None, _inner),
    "unless": (None, _inner),
    "for": (None, _inner),
    "else": (False, _nothing),
    "elsif": (False, _nothing),
    "elif": (False, _nothing),
    "more": (False, _nothing),
    "toc": (False, _nothing),
}
