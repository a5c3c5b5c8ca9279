"""Template tags become what they mean, and none of them is ever shown."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.content import shortcodes
from feedsvc.content.shortcodes import TAGS, expand


def made(text, **options):
    """The text with what its tags made, as it stands where no Markdown is read."""
    expansion = expand(text, **options)
    return expansion.restore(expansion.text)


PARTS = st.sampled_from(
    ["{%", "%}", "{{", "}}", "{{<", ">}}", "{{%", "{% raw %}", "{% endraw %}", "{% note %}", "{% endnote %}", "{% img a.png %}", "{{< figure src=a.png >}}", "{{< /highlight >}}", "{% highlight x %}",
     "{% endhighlight %}", "`", "```\n", "\n", "\n\n", "    ", "<pre>", "</pre>", "<!--", "-->", "words ", '"', "'", "[caption]", "[/caption]", "](", '<a href="', "\ue000", "0", "\ue001", "{% post_link x %}"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=14).map("".join), st.booleans())
def test_no_text_raises_and_no_mark_is_left(text, markdown):
    result = made(text, title="T", markdown=markdown)
    assert "\ue000" not in result
    assert "\ue001" not in result


@given(st.text(st.characters(exclude_characters="{}[]\ue000\ue001"), max_size=100))
def test_text_without_tags_stays_as_it_is(text):
    assert made(text) == text


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("{% asset_img a.png %}", '<img src="a.png" alt="">'),
        ("{% asset_img left a.png 300 200 A lake %}", '<img src="a.png" alt="A lake">'),
        ("{% img /a.png %}", '<img src="/a.png" alt="">'),
        ('{{< figure src="a.png" alt="A" >}}', '<img src="a.png" alt="A">'),
        ('{{< figure src="a.png" caption="*C*" link="/x" >}}', '<figure><a href="/x"><img src="a.png" alt="C"></a><figcaption><em>C</em></figcaption></figure>'),
        ("{% youtube abcdefghijk %}", '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>'),
        ("{{< youtube https://www.youtube.com/watch?v=abcdefghijk >}}", '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>'),
        ("{% gist 12345 %}", '<a href="https://gist.github.com/12345">gist</a>'),
        ("{% gist ada/12345 %}", '<a href="https://gist.github.com/ada/12345">gist</a>'),
        ("{{< gist ada 12345 >}}", '<a href="https://gist.github.com/ada/12345">gist</a>'),
        ("{{< tweet user=ada id=12345 >}}", '<a href="https://twitter.com/ada/status/12345">tweet</a>'),
        ("{% audio a.mp3 %}", '<audio controls src="a.mp3"></audio>'),
        ("{% post_link out 'The walk' %}", '<a href="post:out">The walk</a>'),
        ("{% link Words https://example.org/ %}", '<a href="https://example.org/">Words</a>'),
        ("{% btn https://example.org/, Words, home %}", '<a href="https://example.org/">Words</a>'),
        ("{% label primary@words %}", "words"),
        ("{% include image.html src='a.png' %}", '<img src="a.png" alt="">'),
        ("{% include nav.html %}", ""),
        ("{% if x %}a{% else %}b{% endif %}", "ab"),
        ("{% comment %}x{% endcomment %}y", "y"),
        ("{% assign x = 'y' %}", ""),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{%- raw -%}{% y %}{%- endraw -%}", "{% y %}"),
        ("{{ page.title | escape }}", "T"),
        ("{{ 'words' }}", "words"),
        ('{{ site.time | date: "%Y" }}', ""),
        ("{{ site.baseurl }}/x", "/x"),
        ("{% endnote %}", ""),
        ("{{< /note >}}", ""),
        ("[caption width=1]<img src=a.png> A lake[/caption]", "<figure><img src=a.png><figcaption>A lake</figcaption></figure>"),
        ("[gallery ids='1']", ""),
        ("[embed]https://example.org/v[/embed]", '<a href="https://example.org/v">https://example.org/v</a>'),
    ],
)  # fmt: skip
def test_a_tag_becomes_what_it_means(written, html):
    assert made(written, title="T").strip() == html


@pytest.mark.parametrize(
    "written",
    [
        "{% highlight python %}\n<a> {{ b }} {% c %}\n{% endhighlight %}",
        "{{< highlight python >}}\n<a> {{ b }} {% c %}\n{{< /highlight >}}",
        "{% codeblock Title lang:python %}\n<a> {{ b }} {% c %}\n{% endcodeblock %}",
        "[sourcecode language='python']\n<a> {{ b }} {% c %}\n[/sourcecode]",
    ],
)
def test_code_is_shown_as_it_is_with_its_language(written):
    assert made(written) == '<pre><code class="language-python">&lt;a&gt; {{ b }} {% c %}\n</code></pre>'


@pytest.mark.parametrize("name", sorted({"note", "tabs", "notice", "spoiler", "details", "markdown"}))
@pytest.mark.parametrize(
    "form",
    [
        "{{% {0} %}}inner{{% end{0} %}}",
        "{{{{< {0} >}}}}inner{{{{< /{0} >}}}}",
        "{{{{% {0} %}}}}inner{{{{% /{0} %}}}}",
    ],
)
def test_a_container_leaves_what_is_in_it(name, form):
    expansion = expand(form.format(name))
    assert expansion.text.strip() == "inner"
    assert not expansion.unknown


def test_a_container_shows_its_title():
    assert made("{% details Click me %}\ninner\n{% enddetails %}").split("\n\n")[1:3] == [
        "<p><strong>Click me</strong></p>",
        "inner",
    ]


def test_an_unknown_tag_leaves_its_inner_text_and_is_told_once():
    expansion = expand("one {% wobble %}two{% endwobble %} {% wobble %}")
    assert expansion.text.split() == ["one", "two"]
    assert expansion.unknown == {"wobble": 4}


@pytest.mark.parametrize(
    "code",
    ["`{{ x }}`", "``{% raw %} ` ``", "```\n{{ x }}\n```\n", "~~~\n{% x %}\n~~~\n", "\n    {{ x }}\n", "<pre>{{ x }}</pre>", "<code>{% x %}</code>", "<!-- {{ x }} -->", "<script>{{ x }}</script>"],
)  # fmt: skip
def test_code_and_comments_are_left_alone(code):
    assert expand(code).text == code


def test_an_indented_line_of_html_is_no_code():
    assert expand("\n    {{ x }}\n", markdown=False).text == "\n    \n"


@pytest.mark.parametrize("block", ["* `a`", "- `a`", "1. `a`", "# `a`", "\n`a`"])
def test_a_stray_backtick_reaches_no_further_than_its_block(block):
    assert "{{" not in expand(f"one ` two {{{{ x }}}}\n{block}").text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[w]({% post_url 2021-03-04-out %})", "[w](post:2021-03-04-out)"),
        ("[w]({% link _posts/2021-03-04-out.md %})", "[w](post:out)"),
        ("[w]({% link files/a.pdf %})", "[w](/files/a.pdf)"),
        ('[w]({{< ref "blog/out.md#part" >}})', "[w](post:out#part)"),
        ('<img src="{% asset_path "a.png" %}">', '<img src="a.png">'),
        ('<a href="{% post_link out words %}">', '<a href="post:out">'),
        ("![w]({% asset_img a.png %})", "![w](a.png)"),
    ],
)
def test_a_tag_inside_an_address_is_an_address(written, shown):
    assert made(written) == shown


def test_a_reference_in_the_text_is_a_link():
    assert made('see {{< ref "out.md" >}}.') == 'see <a href="post:out">out</a>.'


def test_a_shown_shortcode_is_shown_without_its_comment():
    assert made("{{</* figure src=x */>}}") == "{{&lt; figure src=x &gt;}}"


@pytest.mark.parametrize(
    "written", ["[code] is a word", "[video](https://example.org/)", "[audio]: /x", "a[caption]", "[gallery of rogues"]
)
def test_words_in_brackets_stay(written):
    assert made(written) == written


def test_tags_nest():
    assert made("{% note %}a {% note %}b {% img c.png %}{% endnote %}{% endnote %}").split(" ", 1)[0] == "a"
    assert '<img src="c.png" alt="">' in made("{% note %}a {% note %}b {% img c.png %}{% endnote %}{% endnote %}")


@pytest.mark.parametrize(
    "text",
    [
        "{% a %}" * 20_000,
        "{{<" * 50_000,
        "{% raw %}" * 20_000,
        "`" * 100_000,
        "{% note %}" * 5_000 + "{% endnote %}" * 5_000,
        "[caption]" * 20_000,
        "<!--" * 20_000,
        "](" * 20_000 + "{% img a.png %}" * 2_000,
    ],
)
def test_no_run_of_tags_is_read_more_than_once(text):
    assert isinstance(made(text), str)


def test_every_tag_of_the_table_makes_something_of_nothing():
    for name in TAGS:
        expansion = expand(f"{{% {name} %}}")
        assert name not in expansion.unknown
        assert "{%" not in expansion.restore(expansion.text)


# Texts that cost a pattern with two ways to read them years: each is a piece that is said again and again.
REPEATED = {
    "apostrophes": ("{% a", "'", ""),
    "quoted words": ("{% set l = [", "'item', ", "] }}"),
    "spaces in an output": ("{{", " ", ""),
    "spaces in a shortcode": ("{{< a", " ", ""),
    "spaces before a shortcode's name": ("{{<", " ", ""),
    "percent signs": ("{% a", "%", ""),
    "tags that nothing ends": ("", "{% a '", ""),
    "ticks": ("", "{{`", ""),
}


@pytest.mark.parametrize(("before", "piece", "after"), REPEATED.values(), ids=REPEATED)
def test_a_text_that_says_one_thing_again_and_again_does_not_hang(before, piece, after):
    text = before + piece * 20_000 + after
    code = "import sys; from feedsvc.content.shortcodes import expand; expand(sys.stdin.read())"
    subprocess.run([sys.executable, "-c", code], input=text, text=True, check=True, timeout=60)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{% t It's here %}", ["It", "s", "here"]),
        ("{% t 'a %} b' %}", ["a %} b"]),
        ("{% t one -%}", ["one"]),
        ("{{< t one />}}", ["one"]),
        ("{{< t one/>}}", ["one"]),
        ("{{% t one -%}}", ["one"]),
    ],
)
def test_the_arguments_of_a_tag_end_where_the_tag_does(monkeypatch, written, words):
    seen = []
    monkeypatch.setitem(shortcodes.TAGS, "t", (False, lambda tag: seen.append(tag.words) or ""))
    assert expand(f"a {written} b").text == "a  b"
    assert seen == [words]
