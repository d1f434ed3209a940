"""A bad address is refused by name; a shared link with somebody's tracking is not."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/leaderboard/?sesaon=3", "sesaon"),
        ("/leaderboard/?season=abc", "season"),
        ("/leaderboard/?season=99999999999999999999", "season"),
        ("/leaderboard/?team=nobody", "team"),
        ("/leaderboard/?team=%00", "team"),
        ("/leaderboard/?kind=robot", "kind"),
        ("/leaderboard/?min_matches=-1", "min_matches"),
        ("/leaderboard/?ordering=luck", "ordering"),
        ("/leaderboard/?kind=llm&kind=human", "kind"),
        ("/leaderboard/?page=0", "page"),
        ("/matches/?status=over", "status"),
        ("/matches/?from=yesterday", "from"),
        ("/matches/?page_size=10", "page_size"),
        ("/matches/?format=csv", "format"),
        ("/competitions/premier-league/?season=999", "season"),
        ("/methodology/?x=1", "x"),
        ("/?q=1", "q"),
    ],
)
def test_a_bad_parameter_is_named(site, see, path, name):
    seen = see(path)

    assert seen.status == 400
    assert f"<code>{name}</code>" in seen.html


def test_what_is_wrong_is_escaped(see):
    seen = see("/leaderboard/?<script>alert(1)</script>=1")

    assert seen.status == 400
    assert "<script>" not in seen.html


def test_a_team_has_one_board_for_all_its_seasons(site, see):
    seen = see(f"/leaderboard/?team=ashford&season={site.played.season_id}")

    assert seen.status == 400
    assert "<code>team</code>" in seen.html


def test_tracking_of_others_does_no_harm_and_is_not_canonical(site, see):
    seen = see("/leaderboard/?utm_source=mail&fbclid=x")

    assert seen.status == 200
    assert '<link rel="canonical" href="http://127.0.0.1:8000/leaderboard/">' in seen.html


def test_a_page_has_the_filters_of_the_api(site, see):
    for query in (
        "competition=premier-league&status=finished,cancelled",
        "open=true",
        "from=2016-01-01T12:00:00Z",
    ):
        assert see(f"/matches/?{query}").status == see(f"/api/v1/matches/?{query}").status, query


def test_the_form_shows_the_requested_values(site, see):
    html = see(f"/matches/?season={site.played.season_id}&status=finished&from=2015-01-01").html

    assert f'<option value="{site.played.season_id}" selected>' in html
    assert '<option value="finished" selected>' in html
    assert '<input type="date" name="from" value="2015-01-01">' in html


def test_an_empty_choice_is_no_choice(site, see):
    assert see("/leaderboard/?kind=&min_matches=&season=").status == 200
    assert see("/matches/?season=&team=&status=&from=&to=").status == 200
    assert see("/matches/?from=0001-01-01&to=9999-12-31").status == 200
