"""The reference page of every code: `python -m feedsvc.validation.reference > feedsvc/validation/CODES.md`."""

from __future__ import annotations

import sys

from feedsvc.validation.catalogue import SECTIONS, Entry

HEAD = """\
# What the validator finds

Errors are what a specification forbids, warnings what breaks or confuses readers, notes what is better style.
In the words, `{value}` stands for what was seen. Codes are stable: they can be ignored by name.
"""


def page() -> str:
    """The page, in Markdown."""
    parts = [HEAD]
    for title, section in SECTIONS.items():
        parts.append(f"\n## {title}\n")
        parts.extend(_described(code, entry) for code, entry in section.items())
    return "".join(parts)


def _described(code: str, entry: Entry) -> str:
    return (
        f"\n### {code}\n\n"
        f"**{entry.level}** · {entry.message} {entry.fix}\n\n"
        f"- wrong: {_code(entry.wrong)}\n- right: {_code(entry.right)}\n- see: {entry.reference}\n"
    )


def _code(example: str) -> str:
    return f"`` {example} ``" if "`" in example else f"`{example}`"


if __name__ == "__main__":
    sys.stdout.write(page())
