"""Every setting, its default, and how its value is read; the only module that reads the environment.

A setting is a field of Settings. Its value is, last one wins: the default; `feedsvc.toml` in the posts
folder (lower-case names); the environment (`FEEDSVC_` and the name, as Flask's `from_prefixed_env` has it);
what the caller gives.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedsvc.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "FEEDSVC_"
FILE = "feedsvc.toml"

# Where a platform says what the application's public address is: variable, and the address made of its value.
PLATFORM_ADDRESSES: tuple[tuple[str, str], ...] = (
    ("RENDER_EXTERNAL_URL", "{}"),
    ("RAILWAY_PUBLIC_DOMAIN", "https://{}"),
    ("KOYEB_PUBLIC_DOMAIN", "https://{}"),
    ("HEROKU_APP_DEFAULT_DOMAIN_NAME", "https://{}"),
    ("FLY_APP_NAME", "https://{}.fly.dev"),
)

# Scheme, host, perhaps a port, perhaps a path: nothing that XML, JSON or a header would have to escape.
_BASE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/%-]*)?|https?://\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
PERMALINK_FIELDS = ("year", "month", "day", "hour", "minute", "second", "slug", "title", "path", "category", "id")


@dataclass(frozen=True, slots=True)
class About:
    """What `feedsvc.toml` says of one category, tag or author; empty where it says nothing."""

    title: str = ""
    description: str = ""
    language: str = ""
    picture: str = ""


def is_base(value: str) -> bool:
    """Tell whether value can stand in front of every address of the site."""
    return _BASE.fullmatch(value) is not None


def _text(value: object) -> str:
    if isinstance(value, (bool, list, dict)) or value is None:
        raise ValueError("text")
    return str(value).strip()


def _whole(value: object, least: int = 0) -> int:
    try:
        number = int(_text(value))
    except ValueError:
        number = -1
    if number < least:
        raise ValueError(f"a whole number, {least} or more")
    return number


def _positive(value: object) -> int:
    return _whole(value, 1)


def _seconds(value: object) -> float:
    try:
        number = float(_text(value))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 86_400:
        raise ValueError("a number of seconds from 0 to 86400")
    return number


def _list(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else re.split(r"[,\s]+", _text(value))
    return tuple(item for item in map(_text, items) if item)


def _addresses(value: object) -> tuple[str, ...]:
    items = _list(value)
    if not all(_ADDRESS.fullmatch(item) for item in items):
        raise ValueError("http or https addresses, separated by commas")
    return items


def _address(value: object) -> str:
    if (text := _text(value)) and not _ADDRESS.fullmatch(text):
        raise ValueError("an http or https address")
    return text


def _base(value: object) -> str:
    # A slash alone stays: it says that the front page is at the host's root, wherever an application mounts us.
    text = _text(value)
    bare = text.rstrip("/")
    if bare and not is_base(bare):
        raise ValueError("the site's address, such as https://blog.example")
    return f"{bare}/" if bare != text and not urlsplit(bare).path else bare


def _permalink(value: object) -> str:
    text = _text(value)
    names = re.findall(r":([a-z_]+)", text.partition("://")[2])
    if text and (not _ADDRESS.fullmatch(text) or not set(names) <= set(PERMALINK_FIELDS)):
        known = ", ".join(f":{name}" for name in PERMALINK_FIELDS)
        raise ValueError(f"an address such as https://blog.example/:year/:month/:slug/ made of {known}")
    return text


def _timezone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value))
    except (ValueError, OSError, KeyError):  # KeyError: zoneinfo's ZoneInfoNotFoundError; OSError: a folder's name
        raise ValueError("a name of the IANA time zone database, such as Europe/Berlin") from None


def _language(value: object) -> str:
    if (text := _text(value)) and not _LANGUAGE.fullmatch(text):
        raise ValueError("a language tag (BCP 47), such as en or zh-Hans")
    return text


def _one_of(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if (text := _text(value)) not in choices:
            raise ValueError(" or ".join(choices))
        return text

    return read


def _about(value: object) -> dict[str, About]:
    if not isinstance(value, dict):
        raise ValueError('tables such as [categories."News"] with title, description, language, picture')  # noqa: TRY004
    about = {}
    for name, entry in value.items():
        if not isinstance(entry, dict) or not set(entry) <= {"title", "description", "language", "picture"}:
            raise ValueError("tables with title, description, language and picture alone")
        texts = {key: _text(text) for key, text in entry.items()}
        about[str(name)] = About(**{**texts, "language": _language(texts.get("language", ""))})
    return about


def _setting(read: Callable[[object], object], default: object, doc: str) -> Any:
    return field(default=default, metadata={"read": read, "doc": doc})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, checked. Each field is one; its documentation is the README's row for it."""

    posts: Path = _setting(lambda value: Path(_text(value)), Path("posts"), "the folder of posts")
    base_url: str = _setting(
        _base, "", "the front page's public address, or its origin; else the platform's word, else the request's"
    )
    title: str = _setting(_text, "Posts", "the site's title")
    description: str = _setting(_text, "", "what the site is about, in a sentence")
    language: str = _setting(_language, "", "the site's language (BCP 47), such as `en`")
    author: str = _setting(_text, "", "who wrote the posts that name no author")
    rights: str = _setting(_text, "", "the copyright line")
    icon: str = _setting(_address, "", "address of a small square picture")
    logo: str = _setting(_address, "", "address of a larger picture")
    limit: int = _setting(_positive, 20, "entries in a feed")
    content: Literal["full", "summary"] = _setting(_one_of("full", "summary"), "full", "`full` or `summary`")
    permalink: str = _setting(
        _permalink, "", "for a site whose pages live elsewhere: `https://blog.example/:year/:slug/`"
    )
    id_authority: str = _setting(_text, "", "a name of yours from which ids are made; else the host of `BASE_URL`")
    timezone: ZoneInfo = _setting(_timezone, ZoneInfo("UTC"), "the zone of dates that name none")
    categories: Literal["path", "flat"] = _setting(
        _one_of("path", "flat"),
        "path",
        "a list of categories is one `path` (Hexo), or each its own: `flat` (Jekyll, Hugo)",
    )
    image_unproxy: tuple[str, ...] = _setting(_addresses, (), "prefixes to take off pictures' addresses")
    image_proxy: str = _setting(_address, "", "prefix to put before pictures' addresses")
    hubs: tuple[str, ...] = _setting(_addresses, (), "WebSub hubs to name in the feeds")
    max_bytes: int = _setting(_whole, 1 << 20, "size from which a feed's oldest entries are summaries; 0: none")
    refresh: float = _setting(
        _seconds, 10.0, "seconds between looks at the whole posts folder, for changes that the machine does not tell of"
    )
    cache_bytes: int = _setting(
        _whole, 64 << 20, "bytes of documents that each process keeps in memory, compressed ones and all"
    )
    database_url: str = _setting(_text, "", "the library, as SQLAlchemy writes it; else SQLite in the cache folder")
    # feedsvc.toml's tables
    about_categories: dict[str, About] = field(default_factory=dict, metadata={"read": _about})
    about_tags: dict[str, About] = field(default_factory=dict, metadata={"read": _about})
    about_authors: dict[str, About] = field(default_factory=dict, metadata={"read": _about})

    __hash__ = None  # type: ignore[assignment]  # it holds dicts

    @property
    def front_page(self) -> str:
        """BASE_URL without a slash at its end."""
        return self.base_url.rstrip("/")

    @property
    def is_origin(self) -> bool:
        """Whether BASE_URL says the scheme and host alone: then the front page is where the application mounts us."""
        return bool(self.base_url) and not urlsplit(self.base_url).path

    @property
    def authority(self) -> str:
        """The name that ids are made from: ID_AUTHORITY, else the host of BASE_URL, else localhost."""
        return self.id_authority or urlsplit(self.base_url).hostname or "localhost"


# The tables of feedsvc.toml, and the fields that they fill.
_TABLES = {"categories": "about_categories", "tags": "about_tags", "authors": "about_authors"}


def _from_file(posts: Path) -> dict[str, object]:
    path = posts / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(FILE, str(path), f"a file that can be read as UTF-8 ({error})") from error
    try:
        return {
            _TABLES.get(name, name) if isinstance(value, dict) else name: value
            for name, value in tomllib.loads(text).items()
        }
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingError(FILE, str(path), f"TOML ({error})") from error


def _from_environment(environ: Mapping[str, str], known: set[str]) -> dict[str, object]:
    # Names that are no settings are passed over: Kubernetes gives every pod FEEDSVC_PORT, FEEDSVC_SERVICE_HOST
    # and more, once a service is called feedsvc.
    values: dict[str, object] = {}
    for variable, text in environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX):
            continue
        if name not in known:
            if close := difflib.get_close_matches(name, known, 1, 0.75):  # LIMTI is LIMIT, but PORT is not POSTS
                raise SettingError(variable, text, f"called {PREFIX}{close[0].upper()}, if that is what is meant")
            continue
        try:  # as Flask's from_prefixed_env reads them, but a title of 2020 stays text
            value = json.loads(text)
        except ValueError:
            value = text
        values[name] = value if isinstance(value, (str, list, dict)) else text
    return values


def load(given: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Give the settings in force.

    given maps names (`TITLE` or `title`) to values and wins over everything else; environ is os.environ by default.
    Raises SettingError with the name, the value and what would do.
    """
    environ = os.environ if environ is None else environ
    known = {entry.name: entry for entry in fields(Settings)}

    def called(name: str) -> str:
        if name in explicit:
            return name.upper()
        if name in environment:
            return PREFIX + name.upper()
        return f"{next((table for table, field in _TABLES.items() if field == name), name)} in {FILE}"

    explicit = {name.lower(): value for name, value in (given or {}).items()}
    environment = _from_environment(environ, set(known))
    platform = next((form.format(environ[name]) for name, form in PLATFORM_ADDRESSES if environ.get(name)), None)
    named = explicit.get("posts") or environment.get("posts")
    file = _from_file(Path(str(named)) if named else cast("Path", known["posts"].default))
    found = ({"base_url": platform.rstrip("/")} if platform else {}) | file | environment | explicit
    values: dict[str, Any] = {}
    for name, value in found.items():
        if name not in known:
            names = [*(n for n in known if not n.startswith("about_")), *_TABLES]
            close = difflib.get_close_matches(name, names, 1)
            raise SettingError(called(name), value, close[0] if close else "one of " + ", ".join(names))
        try:
            values[name] = known[name].metadata["read"](str(value) if isinstance(value, Path) else value)
        except ValueError as error:
            raise SettingError(called(name), value, str(error)) from None
    return Settings(**values)


def cache_folders(environ: Mapping[str, str] | None = None) -> list[Path]:
    """Give the folders where the library may lie, best first: the user's cache (XDG), then the temporary one."""
    environ = os.environ if environ is None else environ
    folders = []
    if home := environ.get("XDG_CACHE_HOME"):
        folders.append(Path(home) / "feedsvc")
    elif home := environ.get("HOME"):
        folders.append(Path(home) / ".cache" / "feedsvc")
    return [*folders, Path(environ.get("TMPDIR") or "/tmp") / f"feedsvc-{os.getuid()}"]  # noqa: S108


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the server listens, and how many processes do."""

    host: str
    port: int
    workers: int


def listen(environ: Mapping[str, str] | None = None) -> Listen:
    """Give what platforms say of the server: PORT and WEB_CONCURRENCY; FEEDSVC_HOST is ours. Raises SettingError."""
    environ = os.environ if environ is None else environ
    port, workers = environ.get("PORT") or "8000", environ.get("WEB_CONCURRENCY") or "2"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise SettingError("PORT", port, "a whole number from 1 to 65535")
    if not (workers.isascii() and workers.isdigit() and 0 < int(workers) < 1000):
        raise SettingError("WEB_CONCURRENCY", workers, "a whole number, 1 or more")
    # Containers and platforms are reached from outside, so every interface is the default.
    return Listen(environ.get("FEEDSVC_HOST") or "0.0.0.0", int(port), int(workers))  # noqa: S104 - a server's purpose
