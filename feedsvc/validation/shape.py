"""What an element may hold, as data, and the one walk that holds documents against it.

A vocabulary is a set of shapes: which attributes, which children how often, which text. What a table cannot say is a
rule: a function that sees the element and reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from feedsvc.validation import values
from feedsvc.validation.namespaces import ATOM, GROWING, JUDGED, MISSPELT, PREFIX, XHTML

if TYPE_CHECKING:
    from feedsvc.validation.findings import Findings
    from feedsvc.validation.reading import Element

Rule = Callable[["Element", "Findings"], None]
MANY = None


@dataclass(frozen=True, slots=True)
class Attr:
    """An attribute: how its value is checked, whether it must be there, and the code for an empty one."""

    check: values.Check = values.anything
    required: bool = False
    blank: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """A child element: its shape, and how often it must and may stand (`most` None for any number)."""

    shape: Shape
    least: int = 0
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """An element's attributes, children and text.

    `text` None: only white space may stand there. `exact`: the text counts with the white space around it. `blank`:
    the code for text that is empty, `""` where the check is to judge it. `closed`: elements of a judged vocabulary
    that are not listed are faults even if the vocabulary is not listed at all. `leaf`: no element at all may stand
    inside. `opaque`: nothing inside is walked into; rules do.
    `free`: attributes of any name may stand there.
    """

    text: values.Check | None = None
    attributes: Mapping[str, Attr] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    blank: str = "blank-element"
    exact: bool = False
    closed: bool = False
    leaf: bool = False
    opaque: bool = False
    free: bool = False
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        # Once, not for every element: an item may have a hundred children, of which it must have none.
        required = tuple(name for name, child in self.children.items() if child.least)
        object.__setattr__(self, "required", required)


def text(
    check: values.Check = values.anything, *rules: Rule, blank: str = "blank-element", **attributes: Attr
) -> Shape:
    """An element of nothing but text that `check` judges."""
    return Shape(check, attributes, rules=rules, blank=blank, leaf=True)


def value(check: values.Check, *rules: Rule, **attributes: Attr) -> Shape:
    """An element of nothing but a value that `check` judges, an empty one too."""
    return Shape(check, attributes, rules=rules, blank="", leaf=True)


def exact_value(check: values.Check, *rules: Rule, blank: str = "") -> Shape:
    """An Atom value, around which white space is a fault."""
    return Shape(values.exact(check), rules=rules, blank=blank, exact=True, leaf=True)


def empty(*rules: Rule, **attributes: Attr) -> Shape:
    """An element whose attributes say everything."""
    return Shape(None, attributes, rules=rules)


# Attributes that may stand on any element.
COMMON = {
    "xml:base": Attr(values.exact(values.uri_reference)),
    "xml:lang": Attr(values.language_or_none),
    "xml:space": Attr(values.one_of(("default", "preserve"))),
    "xml:id": Attr(),
}


def judge(element: Element, shape: Shape, findings: Findings) -> None:
    """Hold `element`, and all that the shapes inside name, against `shape`."""
    # A list instead of recursion: shapes contain themselves (outlines), and documents choose the depth.
    waiting = [(element, shape)]
    while waiting:
        here, expected = waiting.pop()
        _judge_attributes(here, expected, findings)
        if not expected.opaque:
            _judge_text(here, expected, findings)
            waiting.extend(reversed(_judge_children(here, expected, findings)))
        for rule in expected.rules:
            rule(here, findings)


def _judge_attributes(element: Element, shape: Shape, findings: Findings) -> None:
    for name, attribute in element.attributes.items():
        known = shape.attributes.get(name) or COMMON.get(name)
        if known:
            if not attribute.value.strip() and known.blank:
                findings.report(known.blank, element, attribute=name)
                continue
            for code in known.check(attribute.value):
                findings.report(code, element, attribute=name, value=attribute.value)
        elif ":" not in name and not shape.free:
            findings.report("unexpected-attribute", element, attribute=name, value=attribute.value)
        elif name.startswith("{"):
            report_unknown(name[1:].partition("}")[0], element, findings)
    for name, wanted in shape.attributes.items():
        if wanted.required and name not in element.attributes:
            findings.report("missing-attribute", element, value=name)


def _judge_text(element: Element, shape: Shape, findings: Findings) -> None:
    raw = element.text
    stripped = raw.strip()
    if shape.text is None:
        if stripped:
            findings.report("unexpected-text", element, value=stripped)
        return
    if not stripped and shape.blank and not element.children:
        findings.report(shape.blank, element)
        return
    for code in shape.text(raw if shape.exact else stripped):
        findings.report(code, element, value=raw if shape.exact else stripped)


def _judge_children(element: Element, shape: Shape, findings: Findings) -> list[tuple[Element, Shape]]:
    counts: dict[str, int] = {}
    inside = []
    for child in element.children:
        counts[child.name] = counts.get(child.name, 0) + 1
        # A dotted name refines another (`dc:date.created`, DCMI's qualifiers in XML).
        known = shape.children.get(child.name) or shape.children.get(child.name.partition(".")[0])
        if known is None:
            _report_undefined(child, element, shape, findings)
            continue
        if known.most is not None and counts[child.name] > known.most:
            findings.report("duplicate-element", child, parent=element.written)
        inside.append((child, known.shape))
    for name in shape.required:
        if name not in counts:
            findings.report("missing-element", element, value=element.spelt(name))
    return inside


def _report_undefined(child: Element, parent: Element, shape: Shape, findings: Findings) -> None:
    if shape.leaf:
        findings.report("undefined-element", child, parent=parent.written)
    elif not child.namespace:
        code = "undeterminable-vocabulary" if parent.namespace == ATOM else "undefined-element"
        findings.report(code, child, parent=parent.written)
    elif child.namespace not in PREFIX:
        report_unknown(child.namespace, child, findings)
    elif child.vocabulary == GROWING:
        findings.report("unknown-podcast-tag", child, parent=parent.written)
    elif child.vocabulary in JUDGED and child.namespace != XHTML and _claims(shape, child, parent):
        findings.report("undefined-element", child, parent=parent.written)


def _claims(shape: Shape, child: Element, parent: Element) -> bool:
    """Whether a shape says all there is to say of `child`'s vocabulary."""
    listed = f"{child.vocabulary}:"
    return (
        shape.closed or child.namespace == parent.namespace or any(name.startswith(listed) for name in shape.children)
    )


def report_unknown(address: str, element: Element, findings: Findings) -> None:
    """A namespace that no table knows: said once, where it is first used."""
    if address not in PREFIX and address not in MISSPELT and address not in findings.unknown:
        findings.unknown.add(address)
        findings.report("unknown-namespace", element, value=address)
