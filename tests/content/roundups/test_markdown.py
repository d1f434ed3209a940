"""Markdown in, sanitised HTML out."""

import pytest

from content.roundups.markdown import render


def test_what_an_article_needs_is_rendered():
    html = render("## A\n\nOne **two** *three*.\n\n- four\n\n| # | Team |\n|---:|:---|\n| 1 | Ashford |")
    assert "<h2>A</h2>" in html
    assert "<p>One <strong>two</strong> <em>three</em>.</p>" in html
    assert "<li>four</li>" in html
    assert '<td class="num">1</td>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](http://example.org/x.png)",
        '[x](http://example.org "onclick=alert(1)")',
        "<a href='http://example.org' onclick='alert(1)'>x</a>",
        "| <b onclick=x> |\n|---|\n| <svg/onload=alert(1)> |",
    ],
)
def test_nothing_that_runs_survives(text):
    html = render(text)
    for bad in (
        "<script",
        "<img",
        "<svg",
        "onclick=a",
        'href="javascript',
        'href="data',
        "onerror=alert(1)>",
    ):
        assert bad not in html


def test_links_lead_out_without_credit():
    assert (
        render("[x](https://example.org)")
        == '<p><a href="https://example.org" rel="nofollow noopener">x</a></p>\n'
    )
