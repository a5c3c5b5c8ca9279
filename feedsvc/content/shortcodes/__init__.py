"""Template tags in bodies: Liquid (Jekyll), Nunjucks (Hexo), Hugo's and WordPress's shortcodes become HTML or Markdown.

    expansion = expand(written, title=title)     scanner: finds the tags, outside code
        TAGS[name], WORDPRESS[name]              tags, wordpress: render each Tag as HTML, or as an Inline
    rendered = markdown(expansion.text)          HTML of tags is a placeholder here, which Markdown leaves as it is
    rendered = expansion.restore(rendered)       placeholders become the HTML of their tags

A tag in neither table leaves its inner text, and its name is in expansion.unknown.
"""

from __future__ import annotations

from feedsvc.content.shortcodes.scanner import Expansion, expand
from feedsvc.content.shortcodes.tags import TAGS, Inline, Tag
from feedsvc.content.shortcodes.wordpress import WORDPRESS

__all__ = ["TAGS", "WORDPRESS", "Expansion", "Inline", "Tag", "expand"]
