"""Static files with the hash of their content in their names."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from core.http.static_files import hashed_name

STYLE = "content/site.css"


def test_urls_contain_the_hash_of_the_content():
    assert re.fullmatch(r"/static/content/site\.[0-9a-f]{12}\.css", static(STYLE))


def test_a_hashed_file_is_kept_for_a_year_and_its_plain_name_for_a_minute(client):
    hashed, plain = client.get(static(STYLE)), client.get(f"/static/{STYLE}")

    assert hashed["Cache-Control"] == "max-age=315360000, public, immutable"
    assert plain["Cache-Control"] == "max-age=60, public"
    assert b"".join(hashed.streaming_content) == b"".join(plain.streaming_content)


def test_a_static_file_is_compressed_and_revalidated(client):
    response = client.get(static(STYLE), headers={"Accept-Encoding": "gzip"})
    known = client.get(
        static(STYLE), headers={"Accept-Encoding": "gzip", "If-Modified-Since": response["Last-Modified"]}
    )

    assert response["Content-Encoding"] == "gzip"
    assert b"--accent" in gzip.decompress(b"".join(response.streaming_content))
    assert known.status_code == 304


@pytest.mark.parametrize("name", ["content/site.000000000000.css", "content/nothing.000000000000.css"])
def test_a_file_with_a_wrong_hash_is_not_found(name, client, db):
    assert finders.find(name) is None
    assert client.get(f"/static/{name}").status_code == 404


def test_every_page_of_the_site_and_the_admin_refers_to_hashed_files(client, db):
    for path in ("/", "/admin/login/"):
        names = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get(path).content.decode())

        assert names
        assert all(re.search(r"\.[0-9a-f]{12}\.\w+$", name) for name in names), names


def test_a_name_without_a_file_is_returned_unchanged():
    assert hashed_name("content/nothing.css") == "content/nothing.css"
