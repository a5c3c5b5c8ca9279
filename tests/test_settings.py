"""Settings: from a file, the environment and the caller; a wrong one stops the start and says what would do."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedsvc.errors import SettingError
from feedsvc.settings import FILE, PLATFORM_ADDRESSES, About, Settings, cache_folders, is_base, load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """Settings are read from ./posts, which lies in the repository."""
    monkeypatch.chdir(tmp_path)


def test_the_defaults_need_nothing():
    assert load(environ={}) == Settings()


def test_every_setting_is_documented_and_named_once():
    for name, field in Settings.__dataclass_fields__.items():
        assert name.startswith("about_") or field.metadata["doc"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("POSTS", "/srv/posts", Path("/srv/posts")),
        ("BASE_URL", "https://blog.example/sub/", "https://blog.example/sub"),
        ("BASE_URL", "https://blog.example/", "https://blog.example/"),
        ("BASE_URL", "http://[::1]:8000", "http://[::1]:8000"),
        ("BASE_URL", "", ""),
        ("TITLE", "2020", "2020"),
        ("TITLE", " Words ", "Words"),
        ("LIMIT", "50", 50),
        ("CONTENT", "summary", "summary"),
        ("TIMEZONE", "Asia/Shanghai", ZoneInfo("Asia/Shanghai")),
        ("CATEGORIES", "flat", "flat"),
        ("LANGUAGE", "zh-Hans", "zh-Hans"),
        ("IMAGE_UNPROXY", "https://a.example/?, https://b.example/?", ("https://a.example/?", "https://b.example/?")),
        ("IMAGE_UNPROXY", '["https://a.example/?"]', ("https://a.example/?",)),
        ("IMAGE_PROXY", "https://a.example/{url}", "https://a.example/{url}"),
        ("HUBS", "", ()),
        ("MAX_BYTES", "0", 0),
        ("REFRESH", "0.5", 0.5),
        ("PERMALINK", "https://blog.example/:year/:slug/", "https://blog.example/:year/:slug/"),
    ],
)
def test_the_environment_is_read_as_the_setting_s_type(name, text, value):
    assert getattr(load(environ={f"FEEDSVC_{name}": text}), name.lower()) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BASE_URL", "blog.example"), ("BASE_URL", "ftp://blog.example"), ("BASE_URL", 'https://a"b'), ("BASE_URL", "https://u@blog.example"), ("BASE_URL", "https://blog.example/?x"),
        ("LIMIT", "0"), ("LIMIT", "-1"), ("LIMIT", "many"), ("LIMIT", "1.5"), ("LIMIT", "true"), ("CONTENT", "none"), ("CONTENT", ""), ("TIMEZONE", "Mars/Olympus"), ("TIMEZONE", "../etc"), ("TIMEZONE", ""),
        ("CATEGORIES", "tree"), ("LANGUAGE", "english please"), ("ICON", "/icon.png"), ("HUBS", "hub"), ("MAX_BYTES", "-1"), ("REFRESH", "-1"), ("REFRESH", "nan"), ("REFRESH", "soon"), ("REFRESH", "1e9"),
        ("PERMALINK", "/:slug/"), ("PERMALINK", "https://blog.example/:nonsense/"), ("IMAGE_PROXY", "javascript:1"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_name_and_what_would_do(name, text):
    with pytest.raises(SettingError) as error:
        load(environ={f"FEEDSVC_{name}": text})
    assert error.value.name == f"FEEDSVC_{name}"
    assert error.value.value == text
    assert error.value.wanted
    assert f"FEEDSVC_{name}" in str(error.value)


def test_a_name_that_is_no_setting_is_passed_over_in_the_environment():
    assert load(environ={"FEEDSVC_PORT": "tcp://10.0.0.1:80", "FEEDSVC_SERVICE_HOST": "x", "OTHER": "y"}) == Settings()


def test_a_name_that_is_no_setting_is_told_in_the_file(tmp_path):
    (tmp_path / FILE).write_text('titel = "x"')
    with pytest.raises(SettingError, match="titel"):
        load({"posts": str(tmp_path)}, environ={})


def test_the_file_gives_settings_and_words_about_scopes(tmp_path):
    (tmp_path / FILE).write_text(
        'title = "From the file"\nlimit = 5\nhubs = ["https://hub.example/"]\n\n[categories."C++"]\ntitle = "All of C++"\nlanguage = "en"\n\n[tags.out]\ndescription = "Walks"\n',
        "utf-8",
    )
    settings = load({"POSTS": str(tmp_path)}, environ={})
    assert (settings.title, settings.limit, settings.hubs) == ("From the file", 5, ("https://hub.example/",))
    assert settings.about_categories == {"C++": About("All of C++", language="en")}
    assert settings.about_tags == {"out": About(description="Walks")}
    assert settings.categories == "path"


@pytest.mark.parametrize(
    "text",
    [
        "title = ",
        "title = true",
        'title = ["a"]',
        "[categories]\nx = 1",
        '[categories.x]\ncolour = "red"',
        '[tags.x]\nlanguage = "no language"',
        "x = " + "[" * 2_000,
    ],
)
def test_a_wrong_file_is_told(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SettingError):
        load({"posts": str(tmp_path)}, environ={})


def test_a_file_in_another_encoding_is_told(tmp_path):
    (tmp_path / FILE).write_bytes(b'title = "caf\xe9"')
    with pytest.raises(SettingError, match="UTF-8"):
        load({"posts": str(tmp_path)}, environ={})


def test_the_caller_wins_over_the_environment_and_that_over_the_file(tmp_path):
    (tmp_path / FILE).write_text('title = "file"\nauthor = "file"\nrights = "file"')
    environ = {"FEEDSVC_POSTS": str(tmp_path), "FEEDSVC_TITLE": "environment", "FEEDSVC_AUTHOR": "environment"}
    settings = load({"TITLE": "caller"}, environ)
    assert (settings.title, settings.author, settings.rights) == ("caller", "environment", "file")


@pytest.mark.parametrize(("variable", "form"), PLATFORM_ADDRESSES)
def test_a_platform_says_the_address(variable, form):
    value = "https://x.example" if form == "{}" else "x.example"
    assert load(environ={variable: value}).base_url == form.format(value)


def test_an_address_of_one_s_own_wins_over_the_platform_s():
    environ = {"FLY_APP_NAME": "x", "FEEDSVC_BASE_URL": "https://blog.example"}
    assert load(environ=environ).base_url == "https://blog.example"


@pytest.mark.parametrize(
    ("given", "authority"),
    [({}, "localhost"), ({"base_url": "https://blog.example:80/x"}, "blog.example"), ({"base_url": "https://blog.example", "id_authority": "old.example"}, "old.example")],
)  # fmt: skip
def test_ids_are_made_from_the_authority_else_the_host(given, authority):
    assert load(given, environ={}).authority == authority


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ("https://blog.example", True),
        ("https://a b", False),
        ("https://a<b", False),
        ("//blog.example", False),
        ("https:///", False),
        ("https://blog.example:80x", False),
    ],
)
def test_only_an_address_can_stand_before_every_address(value, base):
    assert is_base(value) is base


@pytest.mark.parametrize(
    ("environ", "first"),
    [({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/feedsvc"), ({"HOME": "/h"}, "/h/.cache/feedsvc")],
)
def test_the_cache_lies_where_the_user_keeps_caches(environ, first):
    assert cache_folders(environ)[0] == Path(first)


def test_without_a_home_the_cache_is_temporary():
    (only,) = cache_folders({"TMPDIR": "/t"})
    assert only.parent == Path("/t")


def test_a_misspelt_variable_stops_and_names_the_one_that_was_meant():
    with pytest.raises(SettingError, match="FEEDSVC_LIMTI is '4'; it should be called FEEDSVC_LIMIT"):
        load({}, {"FEEDSVC_LIMTI": "4"})


def test_what_kubernetes_sets_for_a_service_of_our_name_is_passed_over():
    load({}, {"FEEDSVC_PORT": "tcp://10.0.0.1:80", "FEEDSVC_SERVICE_HOST": "10.0.0.1", "FEEDSVC_PORT_80_TCP": "x"})


def test_a_misspelt_name_in_the_file_is_said_to_stand_there(tmp_path):
    (tmp_path / "feedsvc.toml").write_text('titel = "x"')
    with pytest.raises(SettingError, match=r"titel in feedsvc\.toml is 'x'; it should be title"):
        load({"POSTS": str(tmp_path)}, {})
