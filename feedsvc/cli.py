"""The commands: serve, build, check, validate."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedsvc.errors import Level, Problem, SettingError
from feedsvc.settings import FILE, listen, load
from feedsvc.validation.command import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedsvc.settings import Settings
    from feedsvc.web.site import Site

# Files of a static site stand for the addresses that have them; this one lists what a build wrote.
MANIFEST = ".feedsvc.json"
# From this size on, some readers and aggregators refuse a feed.
LARGE = 512 << 10


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="feedsvc", prog_name="feedsvc")
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


@contextlib.contextmanager
def _looked(settings: Settings) -> Iterator[Site]:
    """Give the site, its library in step with the folder."""
    from dataclasses import replace  # noqa: PLC0415

    from feedsvc.web.site import Site  # noqa: PLC0415 - the commands that need no posts start without it

    with contextlib.closing(Site(replace(settings, refresh=0.0))) as site:
        try:
            with _progress("Reading posts") as progress:
                site.look(progress)
        except SettingError as error:
            raise click.ClickException(str(error)) from None
        yield site


@contextlib.contextmanager
def _site(settings: Settings) -> Iterator[Site]:
    """Give the same site, but exit where the folder can not be read."""
    with _looked(settings) as site:
        if site.trouble:
            raise click.ClickException(f"{settings.posts}: {site.trouble}")
        yield site


@main.command()
@click.argument("posts", required=False)
def serve(posts: str | None) -> None:
    """Serve POSTS (./posts) with gunicorn, on $PORT or 8000."""
    settings = _settings(posts)  # a wrong one stops the start here, in one line
    try:
        listen()
        if settings.database_url:
            from feedsvc.library import open_library  # noqa: PLC0415

            open_library(settings).dispose()
    except SettingError as error:
        raise click.ClickException(str(error)) from None
    # The workers find the library in step: 4,000 posts take longer than gunicorn lets a worker take to start, and what a
    # killed one did is taken back. A process of its own, because gevent wants to be the first to import what it patches.
    reading = multiprocessing.get_context("fork").Process(target=_read, args=(settings,))
    reading.start()
    reading.join()
    from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415

    given = f"POSTS={posts!r}" if posts else ""
    sys.argv = ["feedsvc", "-c", "python:feedsvc.web.gunicorn_conf", f"feedsvc:create_app({given})"]
    WSGIApplication("%(prog)s", prog="feedsvc serve").run()


def _read(settings: Settings) -> None:
    with _looked(settings):  # a server without its folder starts, too
        pass


@main.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.argument("posts", required=False)
@click.option("--feeds-only", is_flag=True, help="Write the feeds and the OPML alone.")
def build(out: Path, posts: str | None, *, feeds_only: bool) -> None:
    """Write every feed and page of POSTS into the folder OUT. Exits with 1 if a post was left out."""
    settings = _settings(posts)
    if out.resolve().is_relative_to(settings.posts.resolve()):
        raise click.ClickException(
            f"{out} lies in the posts folder, where the next build would take its pages for posts"
        )
    base = settings.base_url
    if not base:
        base = "http://localhost:8000"
        click.echo(f"FEEDSVC_BASE_URL is not set: addresses in the files begin with {base}", err=True)
    with _site(settings) as site:
        try:
            _write_all(site, out, base, feeds_only=feeds_only)
        except OSError as error:
            raise click.ClickException(f"{error.filename or out}: {error.strerror or error}") from None
        for problem in site.problems:
            if problem.level is Level.ERROR:
                click.echo(str(problem), err=True)
        if site.left_out():
            sys.exit(1)


def _write_all(site: Site, out: Path, base: str, *, feeds_only: bool) -> None:
    changed = 0
    names: set[str] = set()
    before = _manifest(out)
    with _progress("Writing") as progress:
        for name, body in site.everything(base, feeds_only=feeds_only):
            changed += _write(out / name, body)
            names.add(name)
            if progress:
                progress(len(names), len(names) + 1)
    if not feeds_only:
        for name in site.files():
            place = site.folder.file(name)
            if place:
                changed += _write(out / "files" / name, place.read_bytes())
                names.add(f"files/{name}")
    _clear(out, before - names)
    _write(out / MANIFEST, (json.dumps(sorted(names), ensure_ascii=False, indent=0) + "\n").encode())
    click.echo(f"{len(names)} files, {changed} of them new or changed; {len(before - names)} removed", err=True)


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


def _manifest(out: Path) -> set[str]:
    """Give the names that an earlier build wrote into OUT; none that leads out of it."""
    try:
        names = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    names = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return {name for name in names if ".." not in Path(name).parts and not Path(name).is_absolute()}


def _clear(out: Path, gone: set[str]) -> None:
    """Remove what an earlier build wrote and this one did not, and folders that this leaves empty; nothing else."""
    for name in sorted(gone):
        place = out / name
        if not place.is_file() and not place.is_symlink():  # somebody was here before
            continue
        place.unlink()
        for folder in place.parents:
            if folder == out or any(folder.iterdir()):
                break
            folder.rmdir()


@main.command()
@click.argument("posts", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the problems."
)
def check(posts: str | None, form: str) -> None:
    """Print every problem of every post as path:line: level: code: message. Exits with 1 on an error."""
    settings = _settings(posts)
    with _site(settings) as site:
        problems = sorted([*site.problems, *_advice(site, settings)])
        served = site.catalog.site.posts
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
        click.echo(f"{served} posts served; {', '.join(counts)}", err=True)
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


main.add_command(validate)

if __name__ == "__main__":
    main()
