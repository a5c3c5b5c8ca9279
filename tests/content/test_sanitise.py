"""The policy, held by bleach and nh3 alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content.sanitise import ATTRIBUTES, FLAGS, TAGS, VALUES, clean, permitted


@pytest.mark.parametrize(
    ("tag", "name", "value"),
    [
        ("a", "href", "javascript:123"),
        ("a", "href", "/relative"),
        ("a", "href", "data:text/html,x"),
        ("a", "href", "data:image/png;base64,AA"),
        ("a", "onclick", "x"),
        ("a", "target", "_blank"),
        ("p", "style", "color: red"),
        ("p", "id", "document"),
        ("p", "class", "language-x"),
        ("img", "src", "data:image/svg+xml,x"),
        ("img", "srcset", "https://a.example/ 1x, javascript:alert(1) 2x"),
        ("img", "srcset", "//a.example/ 1x"),
        ("img", "width", "100%"),
        ("img", "referrerpolicy", "anything"),
        ("blockquote", "cite", "mailto:a@example.org"),
    ],
)
def test_a_value_that_the_policy_does_not_name_goes(tag, name, value):
    assert not permitted(tag, name, value)
    assert f"{name}=" not in clean(f'<{tag} {name}="{value}">x')


@pytest.mark.parametrize(
    ("tag", "name", "value"),
    [
        ("a", "href", "https://a.example/?a=1"),
        ("a", "href", "mailto:a@example.org"),
        ("code", "class", "language-c++"),
        ("img", "src", "data:image/png;base64,AA=="),
        ("img", "srcset", "https://a.example/a,b.jpg 1.5x, https://a.example/c 640w"),
        ("p", "id", "fn:1"),
        ("p", "lang", "zh-Hans"),
        ("ol", "start", "-3"),
    ],
)
def test_a_value_that_the_policy_names_stays(tag, name, value):
    assert permitted(tag, name, value)
    assert f'{name}="{value}"' in clean(f'<{tag} {name}="{value}">x</{tag}>')


def test_every_rule_is_for_an_attribute_that_some_tag_may_have():
    assert set(VALUES) <= set().union(*ATTRIBUTES.values())
    assert set(ATTRIBUTES) - {"*"} <= TAGS
    assert set(VALUES) >= FLAGS


def test_named_entities_become_characters():
    assert clean("a&nbsp;b&copy;&lt;&amp;nbsp;") == "a\u00a0b©&lt;&amp;nbsp;"


def test_characters_that_xml_forbids_go():
    assert clean("a&#1;b\x02c\ud800d&#xFFFE;\x85") == "abcd"


def test_the_first_newline_of_pre_stays():
    assert clean("<pre>\n\na</pre>") == "<pre>\n\na</pre>"


def test_foreign_elements_and_comments_go():
    assert "<" not in clean("<svg><path d='x'></path></svg><!-- x --><math></math>")


@given(st.text(st.sampled_from("<>/=\"' &;abpi#1\n\u00a0"), max_size=40))
def test_a_second_cleaning_changes_nothing(html):
    once = clean(html)
    assert clean(once) == once
