"""The command line: targets, formats, exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedsvc.validation.command import validate

RSS = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>a</title><link>https://a.example/</link>'
    '<description>b</description><language>en</language><atom:link rel="self" href="https://a.example/feed"/></channel></rss>'
)
WARNED = RSS.replace('<atom:link rel="self" href="https://a.example/feed"/>', "")
WRONG = RSS.replace("<title>a</title>", "")


@pytest.fixture
def feeds(tmp_path: Path) -> dict[str, str]:
    paths = {}
    for name, text in (("good", RSS), ("warned", WARNED), ("wrong", WRONG)):
        path = tmp_path / f"{name}.xml"
        path.write_text(text)
        paths[name] = str(path)
    return paths


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good"], 0),
        (["warned"], 0),
        (["--strict", "warned"], 1),
        (["--strict", "--ignore", "missing-self-link", "warned"], 0),
        (["wrong"], 1),
        (["--ignore", "missing-element", "wrong"], 0),
        (["good", "wrong"], 1),
        (["good", "/no/such/file"], 2),
        (["wrong", "/"], 2),
        (["--ignore", "no-such-code", "good"], 2),
        (["http://127.0.0.1:9/feed"], 2),
        (["http://localhost:9/feed"], 2),
        (["http://[::1]:9/feed"], 2),
        (["http://orchard.invalid/feed"], 2),
        ([], 2),
    ],
)
def test_exit_code(feeds: dict[str, str], arguments: list[str], code: int) -> None:
    done = CliRunner().invoke(validate, [feeds.get(argument, argument) for argument in arguments])
    assert done.exit_code == code, done.output


def test_text_names_place_code_and_remedy(feeds: dict[str, str]) -> None:
    lines = CliRunner().invoke(validate, [feeds["wrong"]]).output.splitlines()
    assert lines[0].startswith(f"{feeds['wrong']}:1:")
    assert ": error: missing-element: <channel> has no <title>." in lines[0]
    assert "Add a <title>." in lines[1]
    assert lines[-1].endswith("not valid (rss; errors 1, warnings 0, notes 0)")


def test_json_is_as_documented(feeds: dict[str, str]) -> None:
    done = CliRunner().invoke(validate, ["--format", "json", feeds["good"], feeds["wrong"], "/no/such/file"])
    good, wrong, unreadable = json.loads(done.output)
    assert good == {"target": feeds["good"], "format": "rss", "valid": True, "findings": []}
    assert list(wrong) == ["target", "format", "valid", "findings"]
    assert list(wrong["findings"][0]) == ["code", "level", "line", "column", "path", "message", "fix", "reference"]
    assert wrong["findings"][0]["path"] == "/rss/channel"
    assert [finding["code"] for finding in unreadable["findings"]] == ["unreadable"]


def test_github_annotations_are_escaped(feeds: dict[str, str], tmp_path: Path) -> None:
    odd = tmp_path / "a,b.xml"
    odd.write_text(RSS.replace("<title>a", "<title>100%&lt;b&gt;\n&lt;/b&gt;"))
    lines = CliRunner().invoke(validate, ["--format", "github", str(odd), feeds["wrong"]]).output.splitlines()
    assert lines[0].startswith(f"::warning file={str(odd).replace(',', '%2C')},line=1,col=")
    assert "title=contains-html::" in lines[0]
    assert "100%25" in lines[0]
    assert lines[1].startswith(f"::error file={feeds['wrong']},line=1,")


def test_standard_input() -> None:
    done = CliRunner().invoke(validate, ["-"], input=RSS.encode())
    assert done.exit_code == 0
    assert done.output.startswith("-: valid (rss;")


def test_help_is_help() -> None:
    done = CliRunner().invoke(validate, ["--help"])
    assert done.exit_code == 0
    assert "--allow-private" in done.output
