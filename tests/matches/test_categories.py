"""Categories that the names of competitions and teams show, in many languages."""

import pytest

from matches.categories import (
    CATEGORIES,
    category_of_competition,
    category_of_team,
    combined,
    home_country,
    label,
    unshown,
)
from matches.models import Competition, Team
from tests.factories import CompetitionFactory

COMPETITIONS = {
    "women": """
        Ashford Women's League/Women\u2019s Cup/Ladies Premier Division/Liga Femenina
        Copa Femení/Liga MX Femenil
        Première Ligue Féminine/Frauen-Regionalliga/Frauenliga Nord/DAMEN-NATIONALLIGA/Serie C Femminile
        Campeonato Feminino/Eredivisie Vrouwen/Kvindeligaen/Kvinner 2. divisjon/Damallsvenskan/Elitettan Dam
        Naisten Liiga/Ekstraliga kobiet/1. liga žen/Kad\u0131nlar 1. Ligi/Női NB II/Женская лига
        Чемпионат среди женщин
        Жіноча ліга/Εθνική Γυναικών/女子リーグ/여자축구/دوري السيدات/ליגת נשים/Cup W/WSL 2/Liga F
    """,
    "u19": """
        U19 League/U-19 Cup/Under 19 Trophy/Copa Sub-19/Sub 19/Championnat National U19
        A-Junioren-Bundesliga
    """,
    "u21": "U21 Championship/Under-21 League/Premier Division 2 (U21)/U21s Cup",
    "youth": """
        Youth League/Campionato Primavera 2/Juniores/Copa Júnior/División Juvenil/Молодёжная лига/Espoirs Cup
    """,
    "reserves": "Reserve League/Premier Reserves/Torneo de Reserva/Liga de Reservas/Rezerv Lig/Riserve",
    "women-u20": "Women's U-20 Cup/Mundial Femenino Sub-20",
    "women-u17": "B-Juniorinnen-Liga/U17 Girls League",
    "men": """
        Ashford League/Liga II/Serie B/Segunda División B/2. Liga/Copa Frauenfeld/Division 1/The Cup/Liga 2
    """,
}
TEAMS = {
    "women": """
        Ashford Women/Ashford (women)/Ashford W/Ashford WFC/Ashford Ladies/Ashford Femenino/Ashford Frauen
    """,
    "u19": "Ashford U19/Ashford U-19/Ashford Sub-19/Under 19 Ashford",
    "reserves": "Ashford II/Ashford B/Ashford III/Ashford Reserves/Jong Ashford/Ashford (reserves)",
    "women-u21": "Ashford Women U21/Ashford U21 (women)",
    "": "Ashford/Ashford 04/Ashford Juniors/Ashford Academy/W Ashford/FC Frauenfeld/Primavera/Dame Ashford/B",
}


def each_of(names: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (name.strip(), category)
        for category, text in names.items()
        for name in text.strip().replace("\n", "/").split("/")
    ]


@pytest.mark.parametrize(("name", "category"), each_of(COMPETITIONS))
def test_the_name_of_a_competition_shows_its_category(name, category):
    assert category_of_competition(name) == category


@pytest.mark.parametrize(("name", "category"), each_of(TEAMS))
def test_the_name_of_a_team_may_show_its_category(name, category):
    assert category_of_team(name) == category


@pytest.mark.parametrize(
    ("of_name", "otherwise", "category"),
    [
        ("", "women", "women"),
        ("women", "men", "women"),
        ("reserves", "men", "reserves"),
        ("u19", "women", "women-u19"),
        ("women", "u19", "women-u19"),
        ("reserves", "u21", "reserves"),
        ("u19", "", "u19"),
        ("", "", ""),
    ],
)
def test_the_level_in_a_name_has_priority_and_women_stay_women(of_name, otherwise, category):
    assert combined(of_name, otherwise) == category


def test_a_category_has_a_label_and_knows_what_a_name_does_not_show():
    assert [label(each) for each in ("men", "u19", "women-u19")] == ["men", "U19", "women U19"]
    assert unshown("women-u19", "Ashford U19") == "women"
    assert unshown("women-u19", "Ashford") == "women-u19"
    assert unshown("women", "Ashford Ladies") == unshown("men", "Ashford") == ""


@pytest.mark.parametrize("name", ["", "World", "EUROPE", "South America", "uefa"])
def test_a_continent_is_no_country(name):
    assert home_country(name) == ""
    assert home_country("New Zealand ") == "New Zealand"


def test_every_category_fits_its_column():
    for model in (Competition, Team):
        field = model._meta.get_field("category")
        assert max(map(len, CATEGORIES)) <= field.max_length
        assert [value for value, _ in field.flatchoices] == list(CATEGORIES)


@pytest.mark.django_db
def test_a_new_competition_gets_the_category_of_its_name_unless_one_is_chosen():
    assert CompetitionFactory(slug="a", name="Ashford Women's League").category == "women"
    assert CompetitionFactory(slug="b", name="Ashford League", category="u21").category == "u21"


@pytest.mark.django_db
def test_a_chosen_category_stays_when_the_competition_is_renamed():
    league = CompetitionFactory(slug="a", name="Ashford Women's League")
    league.category, league.name = "women-u19", "Ashford Ladies"

    league.save()

    league.refresh_from_db()
    assert league.category == "women-u19"
