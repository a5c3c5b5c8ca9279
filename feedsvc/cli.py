"""The commands: serve, build, check, validate."""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedsvc import __version__
from feedsvc.errors import Level, Problem, SettingError
from feedsvc.settings import FILE, listen, load
from feedsvc.validation.command import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedsvc.library import Readers
    from feedsvc.settings import Settings
    from feedsvc.web.site import Site

# Imports and posts are some 300,000 objects that stay: to look through them each 700, and at the end once more, would cost
# a short command a tenth of its time.
gc.set_threshold(300_000, 20, 20)
atexit.register(gc.freeze)

# From this size on, some readers and aggregators refuse a feed.
LARGE = 512 << 10


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="feedsvc")
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
def _looked(settings: Settings) -> Iterator[tuple[Site, Readers]]:
    """Give the site, its library in step with the folder, and who reads for it."""
    from dataclasses import replace  # noqa: PLC0415

    from feedsvc.library.ahead import Ahead  # noqa: PLC0415 - the commands that need no posts start without it

    ahead = Ahead(settings)
    from feedsvc.web.site import Site  # noqa: PLC0415 - meanwhile

    with ahead.readers as readers, contextlib.closing(Site(replace(settings, refresh=0.0))) as site:
        try:
            with _progress("Reading posts") as progress:
                site.library.look(progress, readers=readers, scan=ahead.scan())
        except SettingError as error:
            raise click.ClickException(str(error)) from None
        ahead.remember()
        yield site, readers


@contextlib.contextmanager
def _site(settings: Settings) -> Iterator[tuple[Site, Readers]]:
    """Give the same, but exit where the folder can not be read."""
    with _looked(settings) as (site, readers):
        if trouble := site.library.trouble:
            raise click.ClickException(f"{settings.posts}: {trouble}")
        yield site, readers


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
    import multiprocessing  # noqa: PLC0415

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
@click.option("--compress", is_flag=True, help="Write a .gz and a .br beside each text, for nginx's gzip_static.")
def build(out: Path, posts: str | None, *, feeds_only: bool, compress: bool) -> None:
    """Write every feed and page of POSTS into the folder OUT. Exits with 1 if a post was left out."""
    settings = _settings(posts)
    if out.resolve().is_relative_to(settings.posts.resolve()):
        raise click.ClickException(
            f"{out} lies in the posts folder, where the next build would take its pages for posts"
        )
    base = settings.front_page
    if not base:
        base = "http://localhost:8000"
        click.echo(f"FEEDSVC_BASE_URL is not set: addresses in the files begin with {base}", err=True)
    with _site(settings) as (site, readers):
        from feedsvc.web.building import Output  # noqa: PLC0415 - see _looked

        if not feeds_only:
            with _progress("Making pages") as progress:
                site.show_all(readers, progress)
        output = Output(out, site, base, compress=compress)
        try:
            with _progress("Writing") as progress:
                output.write(site.everything(base, feeds_only=feeds_only), progress)
        except OSError as error:
            raise click.ClickException(f"{error.filename or out}: {error.strerror or error}") from None
        click.echo(f"{output.files} files, {output.changed} of them new or changed; {output.removed} removed", err=True)
        for problem in site.problems(Level.ERROR):
            click.echo(str(problem), err=True)
        if site.left_out():
            sys.exit(1)


@main.command()
@click.argument("posts", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the problems."
)
def check(posts: str | None, form: str) -> None:
    """Print every problem of every post as path:line: level: code: message. Exits with 1 on an error."""
    settings = _settings(posts)
    with _site(settings) as (site, readers):
        with _progress("Cleaning bodies") as progress:
            site.show_all(readers, progress)
        problems = sorted([*site.problems(), *_advice(site, settings)])
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
        size = len(site.feed(scope, "atom", settings.front_page or "http://localhost:8000").body)
        if size > LARGE:
            yield Problem(FILE, 1, "large-feed", f"/{scope.path}feed.atom has {size >> 10} KiB")


main.add_command(validate)

if __name__ == "__main__":
    main()
