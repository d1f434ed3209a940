"""`import_matches --create-teams`: teams of one name in several competitions, and names in any script."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from matches.match_context import context_of_matches
from matches.models import Competition, Match, MatchSource, Team, TeamAlias, UnknownTeam
from tests.factories import CompetitionFactory, TeamFactory
from tests.matches.feeds.providers.test_csv_format import HEADER, line

pytestmark = pytest.mark.django_db

MEN, WOMEN = "Vale League", "Vale Women's League"
CREATE = "--format", "csv", "--create-teams", "--create-seasons"


def rows(
    competition: str, *pairs: tuple[str, str], score: tuple[int, int] = (1, 0), **more: str
) -> list[str]:
    home_score, away_score = map(str, score)
    return [
        line(
            **{"id": f"{competition}-{number}", "competition": competition, "round": str(number)},
            **{"home": home, "away": away, "home_score": home_score, "away_score": away_score},
            **{"kickoff": f"2026-03-{7 * number - 6:02}T15:00Z", **more},
        )
        for number, (home, away) in enumerate(pairs, start=1)
    ]


def a_file(tmp_path: Path, *lines: str, name: str = "vale.csv") -> str:
    path = tmp_path / name
    path.write_text("\n".join((HEADER, *lines, "")), encoding="utf-8")
    return str(path)


def slugs() -> list[str]:
    return list(Team.objects.order_by("slug").values_list("slug", flat=True))


PAIR = ("Ashford", "Barrow")
FOUR = ["ashford", "ashford-women", "barrow", "barrow-women"]


def test_men_and_women_of_one_name_are_four_teams(manage, tmp_path):
    lines = rows(MEN, PAIR, PAIR[::-1], score=(0, 4)) + rows(WOMEN, PAIR, PAIR[::-1], score=(6, 0))

    ran = manage("import_matches", a_file(tmp_path, *lines), *CREATE)

    assert (ran.code, slugs()) == (0, FOUR)
    assert "Teams created: Ashford, Barrow, Ashford (women), Barrow (women)." in ran.said
    women = Match.objects.filter(season__competition__name=WOMEN)
    assert {match.home_team.category for match in women} == {"women"}
    assert "unchanged 4" in manage("import_matches", a_file(tmp_path, *lines), *CREATE).said


def test_men_have_the_plain_names_even_if_women_play_earlier(manage, tmp_path):
    women = rows(WOMEN, PAIR, PAIR[::-1], score=(6, 0))
    men = [row.replace("2026-03", "2026-04") for row in rows(MEN, PAIR, PAIR[::-1])]

    manage("import_matches", a_file(tmp_path, *women, *men), *CREATE)

    names = dict(Team.objects.values_list("name", "category"))
    assert names == {"Ashford": "men", "Barrow": "men", "Ashford (women)": "women", "Barrow (women)": "women"}


def test_the_context_of_an_open_match_of_the_men_has_no_result_of_the_women(manage, tmp_path):
    lines = rows(MEN, PAIR, score=(0, 4)) + rows(WOMEN, PAIR, score=(6, 0))
    manage("import_matches", a_file(tmp_path, *lines), *CREATE)
    coming = line(
        **{"id": "open", "competition": MEN, "round": "9", "kickoff": "2026-04-01T15:00Z"},
        **{"home": "Ashford", "away": "Barrow", "status": "scheduled", "home_score": "", "away_score": ""},
    )
    manage("import_matches", a_file(tmp_path, coming, name="other.csv"), *CREATE)

    match = MatchSource.objects.get(external_id="open").match
    context = json.dumps(context_of_matches([match.pk], now=timezone.now())[match.pk])

    assert slugs() == FOUR
    assert '"home_score": 0, "away_score": 4' in context.replace("'", '"') or '"0-4"' in context
    assert "Women" not in context


@pytest.mark.parametrize("first", [MEN, WOMEN])
@pytest.mark.parametrize("source", ["vale", "other"])
def test_the_order_of_the_files_and_their_sources_do_not_matter(manage, tmp_path, first, source):
    second = WOMEN if first == MEN else MEN
    manage("import_matches", a_file(tmp_path, *rows(first, PAIR)), *CREATE)

    file = a_file(tmp_path, *rows(second, PAIR), name="second.csv")
    ran = manage("import_matches", file, *CREATE, "--source", source)

    assert (ran.code, slugs()) == (0, FOUR)
    for league in (MEN, WOMEN):
        match = Match.objects.get(season__competition__name=league)
        assert match.home_team.category == ("women" if league == WOMEN else "men")


@pytest.mark.parametrize(
    ("competition", "slug", "name"),
    [
        ("Vale U19 League", "ashford-u19", "Ashford (U19)"),
        ("Vale Youth Cup", "ashford-youth", "Ashford (youth)"),
        ("Vale Reserve League", "ashford-reserves", "Ashford (reserves)"),
        ("Vale Women's U-17 Cup", "ashford-women-u17", "Ashford (women U17)"),
    ],
)
def test_each_level_has_its_own_teams(manage, tmp_path, competition, slug, name):
    lines = rows(MEN, PAIR) + rows(competition, PAIR)

    assert manage("import_matches", a_file(tmp_path, *lines), *CREATE).code == 0
    assert Team.objects.get(slug=slug).name == name
    assert Team.objects.count() == 4


@pytest.mark.parametrize("second", ["Ashford II", "Ashford B", "Ashford Reserves"])
def test_the_second_team_of_a_club_is_a_team_in_any_competition(manage, tmp_path, second):
    lines = rows(MEN, PAIR, (second, "Barrow")) + rows("Vale Cup", (second, "Ashford"))

    assert manage("import_matches", a_file(tmp_path, *lines), *CREATE).code == 0
    assert Team.objects.get(name=second).category == "reserves"
    assert Team.objects.count() == 3


def test_clubs_of_one_name_in_two_countries_are_two_teams_and_a_cup_finds_them(manage, tmp_path):
    leagues = {"North League": "Northland", "South League": "Southland", "North Cup": "Northland"}
    for name, country in leagues.items():
        CompetitionFactory(slug=name.lower().replace(" ", "-"), name=name, country=country)
    lines = [each for league in leagues for each in rows(league, PAIR)]

    ran = manage("import_matches", a_file(tmp_path, *lines), *CREATE)

    assert (ran.code, slugs()) == (0, ["ashford", "ashford-southland", "barrow", "barrow-southland"])
    cup = Match.objects.get(season__competition__name="North Cup")
    assert (cup.home_team.slug, cup.home_team.country) == ("ashford", "Northland")


def test_without_create_teams_the_name_is_a_question_with_what_is_known(manage, tmp_path):
    manage("import_matches", a_file(tmp_path, *rows(MEN, PAIR)), *CREATE)
    file = a_file(tmp_path, *rows(WOMEN, PAIR), name="women.csv")

    ran = manage("import_matches", file, "--format", "csv", "--create-seasons")

    assert (ran.code, Team.objects.count()) == (3, 2)
    assert (
        "'Ashford' (source women) is not known in Vale Women's League (women), only as Ashford (ashford)"
        in (ran.said)
    )
    assert "'Ashford' in Vale Women's League may be 'Ashford' (ashford; distance 0, another team: men)." in (
        ran.said
    )
    assert list(UnknownTeam.objects.values_list("name", "competition")) == [
        ("Ashford", None),
        ("Barrow", None),
    ]


def test_an_unknown_name_is_stored_with_its_competition(manage, tmp_path):
    league = CompetitionFactory(slug="vale-womens-league", name=WOMEN)
    TeamFactory(name="Ashford")

    manage("import_matches", a_file(tmp_path, *rows(WOMEN, PAIR)), "--format", "csv", "--create-seasons")

    assert UnknownTeam.objects.filter(competition=league).count() == 2


def test_a_name_is_mapped_in_the_competitions_that_the_team_fits(manage, tmp_path):
    belles = TeamFactory(name="Ashford Belles", category="women")
    manage("import_matches", a_file(tmp_path, *rows(MEN, PAIR)), *CREATE)
    lines = rows(WOMEN, PAIR) + rows("Vale Cup", PAIR)
    words = a_file(tmp_path, *lines, name="mapped.csv"), *CREATE, "--map-team", f"Ashford={belles.slug}"

    ran = manage("import_matches", *words)

    assert ran.code == 0
    assert Match.objects.get(season__competition__name=WOMEN).home_team == belles
    assert Match.objects.get(season__competition__name="Vale Cup").home_team.slug == "ashford"


def test_a_mapping_answers_a_question_even_if_the_team_does_not_fit(manage, tmp_path):
    TeamFactory(name="Ashford", country="Northland")
    TeamFactory(name="Barrow", country="Northland")
    CompetitionFactory(slug="south-league", name="South League", country="Southland")
    words = a_file(tmp_path, *rows("South League", PAIR)), *CREATE, "--map-team", "Ashford=ashford"

    assert manage("import_matches", *words).code == 0
    assert Match.objects.get().home_team.slug == "ashford"
    assert TeamAlias.objects.get(name="Ashford").competition.name == "South League"


def test_rows_that_are_refused_leave_no_team_of_that_name(manage, tmp_path):
    manage("import_matches", a_file(tmp_path, *rows(MEN, PAIR)), *CREATE)
    lines = rows(WOMEN, PAIR, kickoff="2030-01-01T15:00Z")

    manage("import_matches", a_file(tmp_path, *lines, name="women.csv"), *CREATE)

    assert slugs() == ["ashford", "barrow"]
    assert not TeamAlias.objects.exists()
    assert not Competition.objects.filter(name=WOMEN).exists()


NAMES = {
    "نجوم الشمال": "njwm-lshml",
    "白波クラブ": "baibokurabu",
    "Северный Маяк": "severnyy-mayak",
    "Iş\u0131kl\u0131 Gücü": "isikli-gucu",
    "Źródło Żółte": "zrodlo-zolte",
    "Østerbø IF": "osterbo-if",
    "O'Grady Rovers": "ogrady-rovers",
    "1. FC Altdorf": "1-fc-altdorf",
}


def test_names_in_any_script_become_teams(manage, tmp_path):
    names = list(NAMES)
    pairs = list(zip(names[::2], names[1::2], strict=True))

    ran = manage("import_matches", a_file(tmp_path, *rows("World Cup of Names 2.0", *pairs)), *CREATE)

    assert (ran.code, slugs()) == (0, sorted(NAMES.values()))
    assert Competition.objects.get().slug == "world-cup-of-names-2-0"


# --- Near-misses --------------------------------------------------------------------------------------

FORMS = {
    "Eintracht Frankfurtt": ("Eintracht Frankfurt", 1),
    "Eintracht Frankfrut": ("Eintracht Frankfurt", 1),
    "Éintracht Fränkfurt": ("Eintracht Frankfurt", 0),
    "Everton FC": ("Everton", 0),
    "Wolverhampton": ("Wolverhampton Wanderers", 9),
    "Man United": ("Manchester United", 7),
    "Man Utd": ("Manchester United", 10),
    "Nottm Forest": ("Nottingham Forest", 5),
    "WBA": ("West Bromwich Albion", 15),
    "Schalke": ("Schalke 04", 2),
}


@pytest.mark.parametrize(("form", "known", "distance"), [(form, *known) for form, known in FORMS.items()])
def test_another_form_of_a_known_name_is_a_question_with_its_distance(
    manage, tmp_path, form, known, distance
):
    team = TeamFactory(name=known)
    file = a_file(tmp_path, *rows(MEN, (form, "Barrow")))

    ran = manage("import_matches", file, *CREATE)
    asked = manage("import_matches", file, "--format", "csv", "--create-seasons", "--json")

    said = f"{form!r} is similar to {known!r} ({team.slug}), distance {distance}. If it is that team, use"
    assert (ran.code, said in ran.said) == (3, True)
    assert asked.json["suggestions"][0] == {
        **{"name": form, "competition": MEN, "team": team.slug, "known_as": known},
        **{"distance": distance, "category": "men", "country": "", "fits": True},
    }


def test_names_that_play_on_the_same_day_are_two_teams(manage, tmp_path):
    days = {"kickoff": "2026-03-01T15:00Z"}
    lines = rows(MEN, ("Ashford", "Barrow"), ("Ashford United", "Crewe"), **days)

    assert manage("import_matches", a_file(tmp_path, *lines), *CREATE).code == 0
    assert Team.objects.count() == 4


def test_a_near_miss_of_a_team_in_another_category_is_no_question(manage, tmp_path):
    TeamFactory(name="Ashford Athletic")

    assert manage("import_matches", a_file(tmp_path, *rows(WOMEN, ("Ashford", "Barrow"))), *CREATE).code == 0


def test_a_near_miss_in_the_same_category_is_one(manage, tmp_path):
    TeamFactory(name="Ashford Women", category="women")

    ran = manage("import_matches", a_file(tmp_path, *rows(WOMEN, ("Ashford", "Barrow"))), *CREATE)

    assert "'Ashford' is similar to 'Ashford Women' (ashford-women), distance 0" in ran.said
