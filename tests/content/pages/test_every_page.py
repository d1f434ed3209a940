"""What all pages have in common, with a season in them and without."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from core.http.security_headers import PAGES

EMPTY = [
    *["/", "/leaderboard/", "/matches/", "/competitions/", "/forecasters/", "/roundups/", "/corrections/"],
    "/teams/",
    "/status/",
]

pytestmark = pytest.mark.django_db


def assert_is_a_whole_page(html: str) -> None:
    assert html.count("<h1") == 1
    assert re.search(r"<title>[^<]+ · Final Whistle</title>", html)
    assert re.search(r'<meta name="description" content="[^"]{20,}">', html)
    assert re.search(r'<link rel="canonical" href="http[^"]+">', html)
    assert 'href="#main"' in html
    assert 'id="main"' in html
    html = re.sub(r'<script type="application/ld\+json">.*?</script>', "", html, flags=re.DOTALL)
    scripts = re.findall(r"<script[^>]*>", html)
    assert [each.partition("/local-time.")[0] for each in scripts] == ['<script src="/static/content']
    assert not re.search(r"<script>| style=|<style| on\w+=|javascript:", html), "nothing inline"
    loaded = re.findall(r'<(?!meta |link rel="(?:canonical|alternate)")[^>]*"https?://[^>]*>', html)
    assert loaded == [], "no external host"
    assert "Data version" in html or "No results yet" in html


def test_every_page_is_whole(site, see):
    for path in site.paths:
        seen = see(path)

        assert seen.status == 200, path
        assert_is_a_whole_page(seen.html)


@pytest.mark.parametrize("path", EMPTY)
def test_an_empty_installation_says_what_will_appear(path, see):
    seen = see(path)

    assert seen.status == 200
    assert_is_a_whole_page(seen.html)
    assert 'class="empty"' in seen.html
    assert "No results yet" in seen.text
    assert ("This installation is new" in seen.text) == (path == "/")


def test_no_link_inside_the_site_is_dead(site, client):
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        assert response.status_code in (200, 302), f"{path}: {response.status_code}"
        if not response.headers["Content-Type"].startswith("text/html") or path.startswith("/api/"):
            continue
        for link in re.findall(r'href="([^"]+)"', response.content.decode()):
            link = link.replace("&amp;", "&").partition("#")[0]
            target = path.partition("?")[0] + link if link.startswith("?") else link
            if target.startswith("/") and not target.startswith("/static/") and target not in seen:
                seen.add(target)
                waiting.append(target)

    assert {"/leaderboard/", "/api/v1/status/", site.roundup.get_absolute_url()} <= seen


def test_pages_are_read_only_and_answer_304(site, client):
    first = client.get("/leaderboard/")

    assert client.post("/leaderboard/").status_code == 405
    assert client.head("/leaderboard/").status_code == 200
    again = client.get("/leaderboard/", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304


def test_pages_set_no_cookie(site, client):
    for path in site.paths:
        assert not client.get(path).cookies


def test_an_unknown_page_is_a_friendly_404(see):
    for path in ("/nowhere/", "/matches/999999/", "/matches/99999999999999999999/", "/forecasters/nobody/"):
        seen = see(path)
        assert seen.status == 404
        assert "Page not found" in seen.text


def test_a_page_beyond_the_last_is_not_found(site, see):
    assert see("/leaderboard/?page=2").status == 404


def test_an_error_of_ours_has_a_page_that_needs_nothing(client: Client, monkeypatch, settings):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("content.pages.views.methodology.examples", broken)
    client.raise_request_exception = False

    response = client.get("/methodology/")

    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()


def test_our_pages_allow_only_static_files_and_nothing_inline(site, client):
    for path in site.paths:
        assert client.get(path).headers["Content-Security-Policy"] == PAGES
    assert "script-src 'self';" in PAGES
    assert "unsafe" not in PAGES


def test_static_files_are_collected(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "content" / "site.css").exists()
    assert (tmp_path / "content" / "favicon.svg").exists()
