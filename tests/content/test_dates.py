"""Every form of date that authors and machines write, and what is none."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedsvc.content.dates import in_path, parse

NAIVE = datetime(2000, 1, 1)  # noqa: DTZ001 - hypothesis draws naive ones


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


FORMS = {
    "Sun, 24 Jul 2022 23:13:57 GMT": utc(2022, 7, 24, 23, 13, 57),
    "Sun, 24 Jul 2022 23:13:57 +0800": utc(2022, 7, 24, 15, 13, 57),
    "Sun, 24 Jul 2022 23:13:57 -0500": utc(2022, 7, 25, 4, 13, 57),
    "24-Jul-2022": utc(2022, 7, 24),
    "24 Jul 2022": utc(2022, 7, 24),
    "24 Jul 22 10:00 EST": utc(2022, 7, 24, 15),
    "Sunday, July 24, 2022 at 11:13 PM": utc(2022, 7, 24, 23, 13),
    "July 4th, 2021": utc(2021, 7, 4),
    "4. Juli 2021": None,
    "Sept. 3, 2021": utc(2021, 9, 3),
    "Fri Sep  3 11:21:31 CEST 2021": utc(2021, 9, 3, 9, 21, 31),
    "Fri Sep 03 2021 11:21:31 GMT+0200 (Central European Summer Time)": utc(2021, 9, 3, 9, 21, 31),
    "2022-07-24": utc(2022, 7, 24),
    "2022-7-4": utc(2022, 7, 4),
    "2024-4-09": utc(2024, 4, 9),
    "2022/07/24": utc(2022, 7, 24),
    "2022.07.24": utc(2022, 7, 24),
    "2022年7月24日": utc(2022, 7, 24),
    "2022年7月24日 23:13": utc(2022, 7, 24, 23, 13),
    "2022-07-24 23:13": utc(2022, 7, 24, 23, 13),
    "2022-07-24T23:13:57Z": utc(2022, 7, 24, 23, 13, 57),
    "2022-07-24T23:13:57.123456789Z": utc(2022, 7, 24, 23, 13, 57, 123456),
    "2022-07-24t23:13:57,5z": utc(2022, 7, 24, 23, 13, 57, 500000),
    "2022-07-24 9:01:19": utc(2022, 7, 24, 9, 1, 19),
    "2022-07-24 9:01 pm": utc(2022, 7, 24, 21, 1),
    "2022-07-24 12:01 AM": utc(2022, 7, 24, 0, 1),
    "2022-07-24, 12:01": utc(2022, 7, 24, 12, 1),
    "2020-07-16 17:05:00 -0500": utc(2020, 7, 16, 22, 5),
    "2020-07-16 17:05:00 +0000": utc(2020, 7, 16, 17, 5),
    "2020-07-16T17:05:00+05:30": utc(2020, 7, 16, 11, 35),
    "2020-07-16 17:05:00+08": utc(2020, 7, 16, 9, 5),
    "2020-07-16 17:05:00 UTC+01:00": utc(2020, 7, 16, 16, 5),
    "2020-07-16 17:05:00 +0000 UTC": utc(2020, 7, 16, 17, 5),
    "2020-07-16 17:05:00 EST": utc(2020, 7, 16, 22, 5),
    "2016-12-31 23:59:60Z": utc(2016, 12, 31, 23, 59, 59),
    "\u00a02022-07-24\u00a023:13 ": utc(2022, 7, 24, 23, 13),
    "20200101": utc(2020, 1, 1),
    "20200102030405": utc(2020, 1, 2, 3, 4, 5),
    "20200102T030405Z": utc(2020, 1, 2, 3, 4, 5),
    "07/24/2022": utc(2022, 7, 24),
    "24.7.2022": utc(2022, 7, 24),
    "1577836800": utc(2020, 1, 1),
    "1577836800000": utc(2020, 1, 1),
    "1577836800.5": utc(2020, 1, 1, 0, 0, 0, 500000),
}


@pytest.mark.parametrize(("text", "instant"), FORMS.items(), ids=map(repr, FORMS))
def test_a_form_names_its_instant(text, instant):
    assert parse(text, UTC) == instant


@pytest.mark.parametrize(
    "text",
    ["", "Invalid Date", "2022-02-019 22:54:21", "2017-02-29", "2020-02-30", "2020-01-01T24:01", "2020-01-01 10:61",
     "2020-13-01", "2020-01-01 10:00 +24:00", "0000-00-00", "0001-01-01 00:00 +0100", "9999-12-31 23:59 -0100",
     "today", "March", "2020", "12", "1.5", "99999999999999", "24 24 2022", "Jul Jul", "10:00 11:00 Jul 4 2021",
     "2020-01-01 ABCDE", "2020-01-01 10:00 XYZ", "١٢٣٤-٠١-٠٢x"],
    ids=repr,
)  # fmt: skip
def test_what_names_no_instant_is_none(text):
    assert parse(text, UTC) is None


@pytest.mark.parametrize("text", ["2022-07-24 12:00", "24 Jul 2022 12:00", "20220724120000"])
def test_a_date_without_a_zone_is_in_the_one_given(text):
    assert parse(text, ZoneInfo("Asia/Shanghai")) == utc(2022, 7, 24, 4)


@pytest.mark.parametrize("text", ["2022-07-24T12:00Z", "24 Jul 2022 12:00 GMT", "1658664000"])
def test_a_date_with_a_zone_keeps_its_own(text):
    assert parse(text, ZoneInfo("Asia/Shanghai")) == utc(2022, 7, 24, 12)


@pytest.mark.parametrize("zone", ["GMT", "UTC", "+0530", "-1130", "+9959"])
@pytest.mark.parametrize(
    "text", ["Sun, 24 Jul 2022 23:59:60", "1 Feb 0000 00:00:00", "31 Feb 2022 01:02:03", "9 May 1999 24:00:00"]
)
def test_rfc_822_at_a_look_is_what_its_words_say(text, zone):
    # A comma more, and it is read word for word.
    assert parse(f"{text} {zone}", UTC) == parse(f"{text}, {zone}", UTC)


@given(st.text(max_size=60) | st.from_regex(r"[0-9A-Za-z:+/. ,-]{1,40}", fullmatch=True))
@example("9" * 5000)
@example("1" * 13 + ".9")
@example("1 " * 500)
def test_no_text_raises_and_every_instant_is_in_utc(text):
    instant = parse(text, ZoneInfo("America/New_York"))
    assert instant is None or instant.tzinfo is UTC


@given(st.datetimes(NAIVE.replace(year=1900), NAIVE.replace(year=2100)), st.integers(-14 * 60, 14 * 60))
def test_what_python_prints_comes_back(naive, minutes):
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse(moment.isoformat(), UTC) == moment
    assert parse(moment.isoformat(" "), UTC) == moment
    assert parse(f"{moment:%d %b %Y %H:%M:%S %z}", UTC) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2022-07-24-title", utc(2022, 7, 24)),
        ("_posts/2022-7-4-title", utc(2022, 7, 4)),
        ("2022_07_24_title", utc(2022, 7, 24)),
        ("20220724 title", utc(2022, 7, 24)),
        ("title-2022-07-24", utc(2022, 7, 24)),
        ("2019/05/title", utc(2019, 5, 1)),
        ("2019/05/06/title", utc(2019, 5, 6)),
        ("published/201503/20150122 title", utc(2015, 1, 22)),
        ("published/201503/title", utc(2015, 3, 1)),
        ("2022-07-24-bundle/index", utc(2022, 7, 24)),
        ("2019/05/2020-01-02-title", utc(2020, 1, 2)),
        ("title", None),
        ("2022/title", None),
        ("2022-13-45-title", None),
        ("2019/13/title", None),
        ("v2.0.1-released", None),
        ("120220724", None),
    ],
)
def test_a_path_tells_its_day(path, day):
    assert in_path(path, UTC) == day


def test_the_day_of_a_path_begins_in_the_zone_given():
    assert in_path("2022-07-24-title", ZoneInfo("Asia/Tokyo")) == utc(2022, 7, 23, 15)


@given(st.text(st.sampled_from("0123456789/-_. a"), max_size=40))
def test_no_path_raises(path):
    day = in_path(path, UTC)
    assert day is None or day.tzinfo is UTC
