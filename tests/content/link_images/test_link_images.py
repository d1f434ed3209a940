"""Images that other sites show with a link: drawn by a job, found by the tags of a page."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.templatetags.static import static
from django.utils import timezone
from PIL import Image

from content.link_images import drawing, jobs, pictures
from content.link_images.pictures import Picture
from content.models import LinkImage, Roundup
from core.pipeline.models import JobRun
from tests.content.pages.conftest import Site, build_site, count_results
from tests.factories import MatchFactory, record
from tests.pipeline_helpers import run_waiting

HOSTILE = '</script>\n\x1b\N{RIGHT-TO-LEFT OVERRIDE}\N{SOCCER BALL} "München" Спартак \N{ARABIC LETTER AIN}'


@pytest.fixture
def site(db) -> Site:
    return build_site()


def draw_all() -> None:
    jobs.request_link_images(now=timezone.now(), cause=None)
    run_waiting("draw_link_images")


def image_address(client, path: str) -> str:
    html = client.get(path).content.decode()
    (address,) = re.findall(r'<meta property="og:image" content="([^"]+)">', html)
    return address.removeprefix("http://127.0.0.1:8000")


def image_of(kind: str, object_id: int = 0) -> LinkImage:
    return LinkImage.objects.get(kind=kind, object_id=object_id)


def test_leaderboards_matches_and_roundups_get_an_image(site):
    draw_all()

    assert {(each.kind, each.object_id) for each in LinkImage.objects.all()} == {
        ("overall", 0),
        ("season", site.played.season_id),
        *{("match", match.pk) for match in (site.played, site.to_come)},
        ("roundup", site.roundup.pk),
    }
    for each in LinkImage.objects.all():
        image = Image.open(BytesIO(each.png))
        assert (image.format, image.size) == ("PNG", (1200, 630))
        assert len(each.png) < 40_000


@pytest.mark.django_db
def test_an_image_shows_the_day_of_a_kickoff_without_a_time_as_the_source_has_it():
    match = MatchFactory(kickoff_at=datetime(2025, 8, 15, 23, tzinfo=UTC), kickoff_time_known=False)

    (picture,) = pictures.wanted(match.kickoff_at)

    assert picture.lines == ("Kickoff 2025-08-16",)


def test_a_page_shows_the_general_image_until_its_own_is_drawn(site, client):
    paths = {
        "/": ("overall", 0),
        "/leaderboard/": ("overall", 0),
        f"/leaderboard/?season={site.played.season_id}": ("season", site.played.season_id),
        site.played.season.competition.get_absolute_url(): ("season", site.played.season_id),
        site.played.get_absolute_url(): ("match", site.played.pk),
        site.roundup.get_absolute_url(): ("roundup", site.roundup.pk),
    }
    assert {image_address(client, path) for path in paths} == {static("content/share.png")}

    draw_all()

    for path, key in paths.items():
        assert image_address(client, path) == f"/share/{image_of(*key).digest}.png"
    assert image_address(client, "/methodology/") == static("content/share.png")


def test_an_image_is_served_for_a_year_with_its_digest_as_etag(site, client):
    draw_all()
    path = image_address(client, site.played.get_absolute_url())

    response = client.get(path)

    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content == bytes(image_of("match", site.played.pk).png)
    etag = response.headers["ETag"]
    assert etag == f'"{image_of("match", site.played.pk).digest}"'
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_a_changed_result_changes_the_image_and_its_address(site, client):
    draw_all()
    former = image_address(client, site.played.get_absolute_url())
    unchanged = image_of("match", site.to_come.pk)
    record(site.played, 1, 1)
    count_results()

    run_waiting("draw_link_images")

    assert image_address(client, site.played.get_absolute_url()) != former
    assert client.get(former).headers["Location"].endswith(static("content/share.png"))
    assert image_of("match", site.to_come.pk).drawn_at == unchanged.drawn_at


def test_a_refresh_of_the_leaderboards_requests_one_job(site):
    waiting = JobRun.objects.filter(kind="draw_link_images", state=JobRun.State.QUEUED)

    assert waiting.count() == 1


def test_without_a_change_the_job_is_skipped(site):
    draw_all()
    draw_all()

    assert JobRun.objects.filter(kind="draw_link_images").latest("pk").state == JobRun.State.SKIPPED


def test_many_images_are_drawn_in_several_runs(site, monkeypatch):
    monkeypatch.setattr(jobs, "PER_RUN", 2)

    draw_all()

    assert LinkImage.objects.count() == 5
    assert JobRun.objects.filter(kind="draw_link_images", state=JobRun.State.DONE).count() == 3


def test_images_of_withdrawn_articles_and_old_matches_are_deleted(site, monkeypatch):
    draw_all()
    Roundup.objects.update(status="superseded", supersede_reason="withdrawn")
    monkeypatch.setattr(pictures, "BEFORE", timedelta(0))

    draw_all()

    assert set(LinkImage.objects.values_list("kind", flat=True)) == {"overall", "season"}


def test_the_image_of_a_match_to_come_contains_no_prediction(site):
    (picture,) = [each for each in pictures.wanted(timezone.now()) if each.key == ("match", site.to_come.pk)]

    assert picture.heading == "Corby - Derby"
    assert picture.lines == (f"Kickoff {site.to_come.kickoff_at:%Y-%m-%d}",)


def test_the_image_of_a_leaderboard_has_its_first_rows_and_how_they_were_made(site):
    board = next(each for each in pictures.wanted(timezone.now()) if each.kind == "overall")

    assert board.lines[0] == "1. The Oracle: 6.00"
    assert board.note == "Points per match after 1 match, back-test"


def test_letters_that_the_font_lacks_are_transliterated():
    assert drawing.plain(HOSTILE).isascii()
    assert drawing.plain(HOSTILE).isprintable()
    assert '"Munchen" Spartak' in drawing.plain(HOSTILE)


@pytest.mark.parametrize("text", ["", HOSTILE, "x" * 5000, "word " * 500, "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_any_text_fits_into_an_image(text):
    png = drawing.draw(Picture("match", 1, text, (text, text, text), text))

    assert Image.open(BytesIO(png)).size == drawing.SIZE


def test_pages_have_tags_for_other_sites_with_escaped_names(site, client):
    Roundup.objects.update(title='"><script>alert(1)</script>', summary='"><b>')

    html = client.get(site.roundup.get_absolute_url()).content.decode()

    assert '<meta property="og:type" content="article">' in html
    assert re.search(r'<meta property="og:title" content="[^"]*&lt;script&gt;[^"]*">', html)
    assert (
        f'<meta property="og:url" content="http://127.0.0.1:8000{site.roundup.get_absolute_url()}">' in html
    )
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    assert "<script>" not in html
