"""A season's page: its stages in order, with tables only where there are tables."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.pages.selectors import rounds, stage_sections
from matches.models import DrawnLot, Stage
from stats import jobs
from stats.refresh.versioned_reads import StillChanging
from tests.factories import KICKOFF, MatchFactory, TeamFactory, record
from tests.staged_seasons import Game, count, groups_and_bracket, play, season_of, split_season, stage_of

pytestmark = pytest.mark.django_db

TABLE_WORDS = re.compile(r"\b(tables?|standings|leaders?)\b", re.IGNORECASE)


def page(stage: Stage) -> str:
    return stage.season.competition.get_absolute_url()


def headings(html: str) -> list[str]:
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", html)


def main_part(html: str) -> str:
    """The page without its frame, which is the same for all competitions."""
    return html[html.index("<main") : html.index("</main>")]


def test_stages_come_in_order_and_groups_have_a_table_each(see):
    groups, _ = groups_and_bracket()

    seen = see(page(groups))

    assert headings(seen.html)[:2] == ["Group stage", "Knockout stage"]
    assert re.findall(r"<caption><strong>([^<]+)</strong>", seen.html) == ["Group A", "Group B"]
    assert "1 Ashford 2 1 1 0 4:2 +2 4" in seen.text
    assert "1 Corley 2 2 0 0 6:0 +6 6" in seen.text
    assert "Ashford 0-2 Corley" in seen.text


def test_third_placed_teams_are_ranked_and_marked(see):
    groups, _ = groups_and_bracket()

    text = see(page(groups)).text

    assert "Third-placed teams The best 1 of 2 go through." in text
    assert "1 Epsom A 2 1:5 -4 0 yes" in text
    assert "2 Frome B 2 0:7 -7 0 no" in text


def test_a_split_season_explains_carried_points(see):
    first, _ = split_season()

    text = see(page(first)).text

    assert "Teams take along half of their points (rounded up) from Regular season." in text
    assert "The groups rank below one another: Championship round, then Relegation round." in text
    assert "1 Barrow 1 1 0 0 3:0 +3 2 5" in text
    assert "3 Denby 1 1 0 0 1:0 +1 1 4" in text


@pytest.mark.parametrize("kind", ["knockout", "friendly"])
def test_a_season_without_a_table_has_matches_and_no_words_about_tables(see, kind):
    stage = stage_of(season_of("Vase"), "Main draw", kind)
    play(
        stage,
        [Game("Semi-finals", "Ashford", "Barrow", (1, 0)), Game("Final", "Ashford", "Corley", (2, 2))],
    )
    count()

    seen = see(page(stage))

    assert headings(seen.html)[0] == "Main draw"
    assert "Semi-finals Saturday 16 August 2025 Ashford 1-0 Barrow" in seen.text
    assert "Ashford 2-2 Corley" in seen.text
    assert not TABLE_WORDS.search(re.sub(r"<[^>]+>", " ", main_part(seen.html)))
    assert 'class="board"' not in main_part(seen.html)
    assert "standings" not in seen.html
    assert "table" not in re.search(r'name="description" content="([^"]+)"', seen.html)[1]


def test_the_bracket_of_a_cup_has_the_whole_width(see):
    stage = stage_of(season_of("Vase"), "Main draw", "knockout")
    play(stage, [Game("Final", "Ashford", "Barrow", (1, 0))])
    count()

    html = see(page(stage)).html

    assert html.index('class="bracket"') < html.index('class="columns"')


def test_a_stage_of_unknown_kind_has_matches_and_a_note(see):
    stage = stage_of(season_of("Mystery"), "Phase two", "unknown")
    play(stage, [Game("Phase two", "Ashford", "Barrow", (1, 0))])
    count()

    text = see(page(stage)).text

    assert "The kind of this stage is not decided yet." in text
    assert "Its tables follow once an operator decides it." in text
    assert "Ashford 1-0 Barrow" in text


def test_a_plain_league_has_one_table_with_the_rules_in_its_caption(site, see):
    seen = see("/competitions/premier-league/")

    assert headings(seen.html)[0] == "Table"
    assert "Premier League 2025/26. Ranked by points, then goal difference, then goals scored." in seen.text
    assert "Stages" not in main_part(seen.html)


def test_teams_are_in_the_table_before_the_first_result(see):
    stage = stage_of(season_of("League"), "Regular season", "league", points_win=2)
    play(stage, [Game("Matchday 1", "Ashford", "Barrow")])
    count()

    text = see(page(stage)).text

    assert "2 points for a win, 1 for a draw, 0 for a loss. Ranked by" in text
    assert "1 Ashford 0 0 0 0 0:0 0 0 1 Barrow 0 0 0 0 0:0 0 0" in text


def test_shootouts_have_a_column_if_they_count(see):
    stage = stage_of(
        season_of("League"), "Regular season", "league", points_shootout_win=2, points_shootout_loss=1
    )
    play(stage, [Game("Matchday 1", "Ashford", "Barrow")])
    count()

    assert "P W D L Pens Goals GD Points" in see(page(stage)).text


def test_drawn_lots_are_named(see):
    groups, _ = groups_and_bracket()
    DrawnLot.objects.create(
        stage=groups,
        team=TeamFactory(name="Barrow"),
        number=1,
        source="Drawn on 3 May",
        recorded_at=timezone.now(),
    )
    jobs.request_refresh(now=timezone.now())
    count()

    assert "1. Barrow (Drawn on 3 May)" in see(page(groups)).text


def test_a_round_belongs_to_its_stage(see):
    first, second = split_season()
    rounds = f"{page(first)}rounds/"
    url = f"{rounds}?season={first.season_id}&round=Matchday%201"

    assert "Matchday 1 (Regular season)" in see(url).text
    assert "Matchday 1 (Final rounds)" in see(f"{url}&stage={second.pk}").text
    assert see(f"{rounds}?stage={second.pk}&round=Matchday%202").status == 404
    assert see(f"{rounds}?stage=999999").status == 400


def test_a_long_stage_shows_its_last_matches_and_links_to_all(see, monkeypatch):
    monkeypatch.setattr(stage_sections, "LISTED", 1)
    stage = stage_of(season_of("Vase"), "Main draw", "knockout")
    play(stage, [Game("Semi-finals", "Ashford", "Barrow", (1, 0)), Game("Final", "Ashford", "Corley")])
    count()

    seen = see(page(stage))

    assert "Ashford 1-0 Barrow" not in seen.text
    assert "Ashford v Corley" in seen.text
    assert f'href="/matches/?season={stage.season_id}&amp;stage={stage.pk}"' in seen.html


def test_more_stages_groups_and_rounds_need_no_more_queries(see):
    def queries(stage: Stage) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert see(page(stage)).status == 200
        return len(asked)

    groups, bracket = groups_and_bracket()
    before = queries(groups)
    play(groups, [Game("Matchday 1", "Grays", "Hythe", (1, 0), "C")])
    play(bracket, [Game("Third place", "Barrow", "Denby", (1, 0))])
    play(stage_of(groups.season, "Friendlies", "friendly"), [Game("Friendly", "Ashford", "Ilkley", (0, 0))])
    count()

    assert queries(groups) == before <= 28


def test_the_page_is_503_while_the_tables_are_refreshed_again_and_again(see, monkeypatch):
    stage = stage_of(season_of("Vase"), "Main draw", "knockout")

    def busy(*_: object) -> None:
        raise StillChanging("The data is being refreshed repeatedly. Try again in a few seconds.")

    monkeypatch.setattr(stage_sections.versioned_reads, "read", busy)

    seen = see(page(stage))
    assert (seen.status, "being refreshed repeatedly" in seen.text) == (503, True)


def test_matches_can_be_filtered_by_stage_and_group(see):
    groups, bracket = groups_and_bracket()

    form = see(f"/matches/?season={groups.season_id}&group=B&stage={groups.pk}")

    assert "Corley 2-0 Denby" in form.text
    assert "Ashford 1-1 Barrow" not in form.text
    assert f'<option value="{groups.pk}" selected>Group stage</option>' in form.html
    assert '<option value="B" selected>Group B</option>' in form.html
    assert "Ashford 0-2 Corley" in see(f"/matches/?stage={bracket.pk}").text
    assert 'name="stage"' not in see("/matches/").html


def test_a_match_names_its_stage_and_group(see):
    groups, bracket = groups_and_bracket()

    in_group = see(groups.matches.order_by("kickoff_at").first().get_absolute_url()).text
    final = see(bracket.matches.get().get_absolute_url()).text

    assert "Island Cup 2025/26 · Group stage · Group A · Matchday 1" in in_group
    assert "Island Cup 2025/26 · Knockout stage · Final" in final


def test_a_match_of_a_plain_league_names_only_its_round(site, see):
    assert f"Premier League 2025/26 · {site.played.round_label} " in see(site.played.get_absolute_url()).text


# --- The round that is shown by default ---------------------------------------------------------------------


def weekly_rounds(played: int, **late: int) -> Stage:
    """A league with five weekly rounds of three matches, of which the first ones are played.

    `late` are days by which the first match of a round is played later, e.g. round_2=30.
    """
    stage = stage_of(season_of("Vale League"), "Regular season", "league")
    for number in range(1, 6):
        for pair in ("Ashford Barrow", "Corley Denby", "Epsom Frome"):
            home, away = (TeamFactory(name=name) for name in pair.split())
            days = 7 * number + (late.get(f"round_{number}", 0) if home.name == "Ashford" else 0)
            match = MatchFactory(
                season=stage.season,
                stage=stage,
                round_label=f"Matchday {number}",
                home_team=home,
                away_team=away,
                kickoff_at=KICKOFF + timedelta(days=days),
            )
            if number <= played:
                record(match, 1, 0)
    return stage


def shown_round(stage: Stage) -> str:
    found = rounds.in_play(stage.matches.all())
    assert found is not None
    return found[1]


def test_the_last_round_with_a_finished_match_is_shown():
    assert shown_round(weekly_rounds(3)) == "Matchday 3"


def test_a_match_that_was_played_late_does_not_bring_back_its_round():
    assert shown_round(weekly_rounds(5, round_2=30)) == "Matchday 5"


def test_a_match_that_was_brought_forward_does_not_show_a_later_round():
    stage = weekly_rounds(2, round_5=-22)
    record(stage.matches.get(round_label="Matchday 5", home_team__name="Ashford"), 0, 0)

    assert shown_round(stage) == "Matchday 2"


def test_a_postponed_match_or_one_cancelled_in_advance_is_not_the_round_in_play():
    stage = weekly_rounds(0)
    first = stage.matches.order_by("kickoff_at").first()
    stage.matches.filter(round_label=first.round_label).update(status="postponed")
    assert shown_round(stage) == "Matchday 2"
    record(stage.matches.order_by("kickoff_at").last(), status="cancelled")
    assert shown_round(stage) == "Matchday 2"


def test_stages_without_matches_are_not_shown(see):
    league = weekly_rounds(1)
    stage_of(league.season, "Phase two", "unknown")
    stage_of(league.season, "Phase three", "league", moved_to=league)
    stage_of(league.season, "Final", "knockout")
    count()

    text = see(page(league)).text

    assert "Phase two" not in text
    assert "Phase three" not in text
    assert "Final No fixtures yet." in text


def test_a_season_without_predictions_says_so_although_it_has_results(see):
    league = weekly_rounds(2)
    count()

    text = see(page(league)).text

    assert "No prediction of this season has been scored yet." in text
    assert "part back-test" not in text
