"""The commands: serve, build, check, validate."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedsvc.errors import Level, Problem, SettingError
from feedsvc.settings import FILE, PREFIX, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedsvc.settings import Settings
    from feedsvc.web.site import Site

# Files of a static site stand for the addresses that have them; this one lists what a build wrote.
MANIFEST = ".feedsvc.json"
# From this size on, some readers and aggregators refuse a feed.
LARGE = 512 << 10


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="feedsvc")
def main() -> None:
    """A folder of posts in, perfect feeds out."""


def _settings(posts: str | None) -> Settings:
    try:
        return load({"POSTS": posts} if posts else {})
    except SettingError as error:
        raise click.ClickException(str(error)) from None


@contextlib.contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Give what shows how far a long work is: on a terminal, never in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield show


def _site(settings: Settings) -> Site:
    """Give the site, its library in step with the folder. Exits where the folder can not be read."""
    from dataclasses import replace  # noqa: PLC0415

    from feedsvc.web.site import Site  # noqa: PLC0415 - the commands that need no posts start without it

    site = Site(replace(settings, refresh=0.0))
    with _progress("Reading posts") as progress:
        site.look(progress)
    if site.trouble:
        raise click.ClickException(site.trouble)
    return site


@main.command()
@click.argument("posts", required=False)
def serve(posts: str | None) -> None:
    """Serve POSTS (./posts) with gunicorn, on $PORT or 8000."""
    _settings(posts)  # a wrong one stops the start here, in one line
    if posts:
        os.environ[f"{PREFIX}POSTS"] = posts
    from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415

    sys.argv = ["feedsvc", "-c", "python:feedsvc.web.gunicorn_conf", "feedsvc:create_app()"]
    WSGIApplication("%(prog)s", prog="feedsvc serve").run()


@main.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.argument("posts", required=False)
@click.option("--feeds-only", is_flag=True, help="Write the feeds and the OPML alone.")
def build(out: Path, posts: str | None, *, feeds_only: bool) -> None:
    """Write every feed and page of POSTS into the folder OUT. Exits with 1 if a post was left out."""
    settings = _settings(posts)
    base = settings.base_url
    if not base:
        base = "http://localhost:8000"
        click.echo(f"BASE_URL is not set: addresses begin with {base}", err=True)
    site = _site(settings)
    written = changed = 0
    names: set[str] = set()
    with _progress("Writing") as progress:
        documents = site.everything(base, feeds_only=feeds_only)
        for name, body in documents:
            changed += _write(out / name, body)
            names.add(name)
            written += 1
            if progress:
                progress(written, written + 1)
    if not feeds_only:
        for name in site.files():
            place = site.folder.file(name)
            if place:
                changed += _write(out / "files" / name, place.read_bytes())
                names.add(f"files/{name}")
    removed = _clear(out, names)
    click.echo(f"{len(names)} files, {changed} of them new or changed; {removed} removed", err=True)
    errors = [problem for problem in site.problems if problem.level is Level.ERROR]
    for problem in errors:
        click.echo(str(problem), err=True)
    if site.left_out():
        sys.exit(1)


def _write(place: Path, body: bytes) -> bool:
    """Write a file whole, or leave the old one as it is; tell whether it changed."""
    with contextlib.suppress(OSError):
        if place.stat().st_size == len(body) and place.read_bytes() == body:
            return False
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".feedsvc-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def _clear(out: Path, names: set[str]) -> int:
    """Remove what an earlier build wrote and this one did not; nothing else that lies in OUT is touched."""
    manifest = out / MANIFEST
    try:
        before = set(json.loads(manifest.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        before = set()
    gone = before - names
    for name in gone:
        place = out / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            continue
        place.unlink(missing_ok=True)
        for folder in place.parents:
            if folder == out or any(folder.iterdir()):
                break
            folder.rmdir()
    _write(manifest, (json.dumps(sorted(names), ensure_ascii=False, indent=0) + "\n").encode())
    return len(gone)


@main.command()
@click.argument("posts", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the problems."
)
def check(posts: str | None, form: str) -> None:
    """Print every problem of every post as path:line: level: code: message. Exits with 1 on an error."""
    settings = _settings(posts)
    site = _site(settings)
    problems = sorted([*site.problems, *_advice(site, settings)])
    if form == "json":
        rows: list[dict[str, Any]] = [
            {"path": p.path, "line": p.line, "level": p.level, "code": p.code, "message": p.message, "fix": p.fix}
            for p in problems
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(str(problem))
        counts = [f"{sum(p.level is level for p in problems)} {level}" for level in Level]
        click.echo(f"{site.catalog.site.posts} posts served; {', '.join(counts)}", err=True)
    if any(problem.level is Level.ERROR for problem in problems):
        sys.exit(1)


def _advice(site: Site, settings: Settings) -> Iterator[Problem]:
    """Give what is no post's fault: a setting that should be set, a feed that is too large."""
    if not settings.id_authority:
        yield Problem(FILE, 1, "id-authority", f"ID_AUTHORITY is not set; ids are made from {settings.authority}")
    for scope in site.catalog.scopes.values():
        size = len(site.feed(scope, "atom", settings.base_url or "http://localhost:8000").body)
        if size > LARGE:
            yield Problem(FILE, 1, "large-feed", f"/{scope.path}feed.atom has {size >> 10} KiB")


if __name__ == "__main__":
    main()
