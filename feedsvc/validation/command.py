"""`validate TARGET...`: judge files, standard input and addresses from the command line.

Attach it to a group with `group.add_command(validate)`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedsvc.validation.findings import Findings
    from feedsvc.validation.report import Finding, Report

VALID, INVALID, UNREADABLE = 0, 1, 2
UNREADABLE_CODE = "unreadable"


def _known_codes(_context: click.Context, _parameter: click.Parameter, codes: tuple[str, ...]) -> tuple[str, ...]:
    if codes:
        from feedsvc.validation.catalogue import CATALOGUE  # noqa: PLC0415 - only where codes were given

        for code in codes:
            if code not in CATALOGUE:
                raise click.BadParameter(f"there is no code {code!r}; see feedsvc/validation/CODES.md")
    return codes


@click.command()
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option("--strict", is_flag=True, help="Warnings count as errors do.")
@click.option(
    "--ignore", "ignored", metavar="CODE", multiple=True, callback=_known_codes, help="Leave a code out (repeatable)."
)
@click.option("--allow-private", is_flag=True, help="Fetch from private and loopback addresses too.")
def validate(targets: tuple[str, ...], style: str, strict: bool, ignored: tuple[str, ...], allow_private: bool) -> None:
    """Judge feeds: files, - for standard input, http(s) addresses.

    Exits 0 if all are valid, 1 if one is not, 2 if one cannot be read.
    """
    judged = [(target, _judge(target, allow_private=allow_private).without(*ignored)) for target in targets]
    PRINTERS[style](judged)
    if any(UNREADABLE_CODE in report.codes for _, report in judged):
        sys.exit(UNREADABLE)
    sys.exit(VALID if all(report.passes(strict=strict) for _, report in judged) else INVALID)


def _judge(target: str, *, allow_private: bool) -> Report:
    """The report of one target; one that cannot be read has a report that says so."""
    from feedsvc import validation  # noqa: PLC0415 - `--help` needs no rules
    from feedsvc.validation.fetching import UnreadableError  # noqa: PLC0415

    try:
        if target.startswith(("http://", "https://")):
            return _judge_address(target, allow_private=allow_private)
        return validation.validate(_read(target))
    except (OSError, UnreadableError) as error:
        findings = _findings()
        findings.report(UNREADABLE_CODE, value=getattr(error, "strerror", None) or str(error))
        return validation.Report("unknown", findings.in_order())


def _read(target: str) -> bytes:
    from feedsvc.validation.reading import MOST_BYTES  # noqa: PLC0415

    # One byte beyond the limit tells `validate` that there is more.
    if target == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(target).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _judge_address(url: str, *, allow_private: bool) -> Report:
    from feedsvc import validation  # noqa: PLC0415
    from feedsvc.validation import transport  # noqa: PLC0415
    from feedsvc.validation.fetching import fetch  # noqa: PLC0415

    got = fetch(url, allow_private=allow_private)
    report = validation.validate(got.body, content_type=got.headers.get("content-type"), url=got.url)
    findings = _findings()
    transport.judge_response(
        len(got.body), got.headers, not_modified=got.not_modified, moved=got.moved, findings=findings
    )
    return validation.Report(report.format, findings.in_order() + report.findings)


def _findings() -> Findings:
    from datetime import UTC, datetime  # noqa: PLC0415

    from feedsvc.validation.findings import Findings  # noqa: PLC0415

    return Findings(datetime.now(UTC))


def _print_text(judged: list[tuple[str, Report]]) -> None:
    for target, report in judged:
        for finding in report.findings:
            place = f"{target}:{finding.line}:{finding.column}" if finding.line else target
            click.echo(f"{place}: {finding.level}: {finding.code}: {finding.message}")
            click.echo(f"    {finding.fix} ({finding.reference})")
        state = "valid" if report.valid else "not valid"
        counts = f"errors {len(report.errors)}, warnings {len(report.warnings)}, notes {len(report.notes)}"
        click.echo(f"{target}: {state} ({report.format}; {counts})")


def _print_json(judged: list[tuple[str, Report]]) -> None:
    click.echo(json.dumps([report.as_json(target) for target, report in judged], ensure_ascii=False, indent=2))


GITHUB_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def _print_github(judged: list[tuple[str, Report]]) -> None:
    for target, report in judged:
        for finding in report.findings:
            click.echo(_annotation(target, finding))


def _annotation(target: str, finding: Finding) -> str:
    """A workflow command (GitHub Actions, "Workflow commands": escapes for data and for properties)."""
    place = (
        {"file": target, "line": str(finding.line), "col": str(finding.column)} if finding.line else {"file": target}
    )
    properties = ",".join(
        f"{name}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in {**place, "title": finding.code}.items()
    )
    return f"::{GITHUB_LEVELS[finding.level]} {properties}::{_escaped(f'{finding.message} {finding.fix}')}"


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


PRINTERS: dict[str, Callable[[list[tuple[str, Report]]], None]] = {
    "text": _print_text,
    "json": _print_json,
    "github": _print_github,
}
