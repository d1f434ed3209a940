"""The name of a round shows the stage of a match, in every spelling of the sources, or nothing is assumed."""

import pytest

from matches.round_words import leg_of
from matches.stage_hints import StageHint, group_name, stage_of_round

LEAGUES = {
    "Regular season": [
        *[
            "Regular Season - 12",
            "Regular Season-12",
            "REGULAR_SEASON",
            "Matchday 7",
            "matchday 38",
            "Round 5",
        ],
        *[
            "1",
            "12.",
            "Week 3",
            "3. Spieltag",
            "Spieltag 3",
            "Jornada 5",
            "3.ª jornada",
            "Fecha 9",
            "Giornata 3",
        ],
        *[
            "3ª giornata",
            "Journée 10",
            "1ère journée",
            "10e journée",
            "Speelronde 4",
            "Rodada 3",
            "Regular season",
        ],
        *["Saison régulière - 4", "Grunddurchgang - 2"],
    ],
    "League phase": ["League Stage - 2", "LEAGUE_STAGE", "League, Matchday 3", "League phase", "Ligaphase"],
    "League": ["League"],
    "Apertura": ["Apertura - 5", "Apertura", "APERTURA", "Torneo Apertura - Jornada 5", "Apertura 2026 - 3"],
    "Clausura": ["Clausura - 17", "CLAUSURA", "Torneo Clausura, Fecha 2"],
    "Opening": ["Opening - 4"],
}
KNOCKOUTS = {
    "Knockout stage": [
        *[
            "Quarter-finals",
            "Quarter finals",
            "QUARTER_FINALS",
            "Semi-finals",
            "Semi-final 1st leg",
            "Final",
            "FINAL",
        ],
        *[
            "Round of 16",
            "Round of 32",
            "LAST_16",
            "Last 16",
            "1/8-finals",
            "8th Finals",
            "16th Finals",
            "QF",
        ],
        *[
            "Match for third place",
            "3rd Place Final",
            "THIRD_PLACE",
            "Third-place play-off",
            "5th Place Final",
        ],
        *["Play-offs", "PLAYOFFS", "Playoff round", "Knockout Round Play-offs", "Finals, Round of 16"],
        *["Elimination Finals", "Grand Final", "Fase Final - Quarter-finals", "Semi-finals - 1"],
        *[
            "Achtelfinale",
            "Viertelfinale",
            "Halbfinale Hinspiel",
            "Finale",
            "Spiel um Platz 3",
            "K.-o.-Runde",
        ],
        *["Octavos de final", "Cuartos de final - Ida", "Semifinales", "Tercer puesto"],
        *["Ottavi di finale", "Quarti di finale (andata)", "Semifinale", "Finale terzo posto"],
        *["Huitièmes de finale", "16es de finale", "Demi-finales", "Petite finale"],
        *["Oitavas de final", "Quartas de final", "Meias-finais", "Dezasseis avos"],
        *["Achtste finales", "Kwartfinale", "Halve finale", "Troostfinale"],
    ],
    "Clausura: knockout stage": [
        *["Clausura - Final", "Clausura - Quarter-finals", "Clausura - Clausura - Final"],
        "Clausura - Reclasificación",
    ],
    "Apertura: knockout stage": ["Apertura - Semi-finals", "Apertura - Play-offs"],
    "Qualifying rounds": [
        *[
            "1st Qualifying Round",
            "2nd Round Qualifying",
            "2nd Round Qualifying Replays",
            "QUALIFICATION_ROUND_1",
        ],
        *["Preliminary Round", "Extra Preliminary Round", "PRELIMINARY_SEMI_FINALS", "Preliminary round 2"],
        "Qualifying Play-offs Path D - Semi-Finals",
    ],
    "Promotion play-offs": [
        "Promotion Play-offs - Final",
        "Promotion Play-offs - 1st Round",
        "Aufstiegsspiele",
    ],
    "Relegation play-offs": [
        *["Relegation Play-offs - Final", "Relegation - Final", "Relegation round - Quarter-finals"],
        *["Relegation Decider", "Relegation", "Relegation Hinspiel", "Relegation Rückspiel", "Play-out"],
    ],
    "Promotion and relegation play-offs": ["Promotion/Relegation Play-offs", "Nacompetitie"],
    "European play-offs": ["Conference League Play-offs - Final", "Europe Play-off"],
}
GROUPS = {
    "A": ["Group A", "GROUP_A", "Group A - 1", "Gruppe A", "Vorrunde Gruppe A", "Gruppe A, 2. Spieltag"],
    "B": ["Group stage - Group B", "Grupo B", "Groupe B", "Girone B", "Poule B", "Groep B", "Pool B"],
    "L": ["Group L Matchday 7"],
    "1": ["Group 1"],
    "A2": ["Group A2 - 3"],
}
SPLITS = {
    "Championship round": [
        *[
            "Championship Round - 3",
            "CHAMPIONSHIP_ROUND",
            "Championship Group - 2",
            "Meistergruppe",
            "Top Six",
        ],
        *["Meisterrunde - 2", "Meistergruppe, 24. Spieltag"],
    ],
    "Relegation round": [
        *["Relegation Round - 2", "RELEGATION_ROUND", "Relegation Group - 1", "Qualifikationsgruppe - 1"],
        *["Abstiegsrunde", "Bottom Six"],
    ],
}
UNKNOWN = {
    "Rounds": ["First Round", "Round One", "2nd Round", "3rd Round Replays", "1. Runde", "1. Hauptrunde"],
    "Group stage": ["Group Stage - 3", "GROUP_STAGE", "Gruppenphase 1", "Vorrunde"],
    "1st Phase": ["1st Phase - 3", "1st Phase"],
    "1st Round": ["1st Round - 3"],
    "Finals": ["Finals - 11"],
    "Final Round": ["Final Round - 3"],
    "Promotion play-offs": ["Promotion Play-offs - 1"],
    "Playoffs": ["Playoffs, Matchday 1"],
    "Qualifying Round": ["Qualifying Round - 3"],
    "Apertura Quadrangular": ["Apertura Quadrangular"],
    "League A": ["League A - 1"],
    "Zwischenrunde": ["Zwischenrunde"],
    "Torneo Intermedio": ["Torneo Intermedio - 7"],
    "Bayern": ["Bayern - 33"],
}


def spellings(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(label, name) for name, labels in table.items() for label in labels]


@pytest.mark.parametrize(("label", "name"), spellings(LEAGUES))
def test_a_league_is_recognised(label, name):
    assert stage_of_round(label) == StageHint(name, "league")


@pytest.mark.parametrize(("label", "name"), spellings(KNOCKOUTS))
def test_all_rounds_of_one_knockout_are_one_stage(label, name):
    assert stage_of_round(label) == StageHint(name, "knockout")


@pytest.mark.parametrize(("label", "group"), spellings(GROUPS))
def test_a_group_belongs_to_the_group_stage(label, group):
    assert stage_of_round(label) == StageHint("Group stage", "groups", group)


@pytest.mark.parametrize(("label", "group"), spellings(SPLITS))
def test_the_parts_of_a_split_league_are_ranked_groups_of_one_stage(label, group):
    ranked = ("Championship round", "Relegation round")
    assert stage_of_round(label) == StageHint("Final round", "groups", group, ranked)


def test_a_league_may_split_into_three():
    hint = stage_of_round("Conference League Group - 1")

    assert hint.ranked_groups == ("Championship round", "European round", "Relegation round")
    assert hint.group == "European round"


@pytest.mark.parametrize(("label", "name"), spellings(UNKNOWN))
def test_a_name_that_allows_several_kinds_leaves_the_kind_open(label, name):
    assert stage_of_round(label) == StageHint(name, "unknown")


@pytest.mark.parametrize("label", ["Friendlies 3", "Club Friendlies", "Freundschaftsspiel", "Amistoso"])
def test_a_friendly_is_recognised(label):
    assert stage_of_round(label) == StageHint("Friendlies", "friendly")


def test_fields_beside_the_round_count():
    assert stage_of_round("Matchday 1", group="Group A") == StageHint("Group stage", "groups", "A")
    assert stage_of_round("23", group="Meistergruppe").group == "Championship round"
    assert stage_of_round("Matchday 2", stage="group", group="B") == StageHint("Group stage", "groups", "B")
    assert stage_of_round("Matchday 2", stage="Playoffs") == StageHint("Playoffs", "unknown")
    assert stage_of_round("REGULAR_SEASON", matchday=3) == StageHint("Regular season", "league")
    assert stage_of_round("2nd Phase - Group B") == StageHint("2nd Phase", "groups", "B")
    assert stage_of_round("Apertura - Group A") == StageHint("Apertura", "groups", "A")
    assert stage_of_round("Quarter-finals", group="A") == StageHint("Knockout stage", "knockout")


@pytest.mark.parametrize(
    ("words", "short"),
    [
        *[("Group A", "A"), ("GROUP_A", "A"), ("Gruppe B", "B"), ("Group 12", "12"), ("Group A1", "A1")],
        *[("a", "A"), ("Zona Norte", "Zona Norte"), ("Championship round", "Championship round"), ("", "")],
    ],
)
def test_the_name_of_a_group_is_short(words, short):
    assert group_name(words) == short


@pytest.mark.parametrize(
    ("label", "leg"),
    [
        *[("Semi-final 1st leg", 1), ("Semi-final, first leg", 1), ("Leg 1", 1), ("Hinspiel", 1)],
        *[("Halbfinale Hinspiel", 1), ("Cuartos de final - Ida", 1), ("Semifinale andata", 1)],
        *[("Demi-finale aller", 1), ("Meia-final 1ª mão", 1)],
        *[("Semi-final 2nd leg", 2), ("Leg 2", 2), ("Second leg", 2), ("Relegation Rückspiel", 2)],
        *[("Final - Vuelta", 2), ("Semifinale ritorno", 2), ("Demi-finale retour", 2), ("Final 2ª mão", 2)],
        *[
            ("Final", None),
            ("Hin- und Rückspiel, Hinspiel", None),
            ("Ida y vuelta", None),
            ("Matchday 2", None),
        ],
    ],
)
def test_the_leg_is_in_the_name(label, leg):
    assert leg_of(label) == leg


def test_both_legs_are_in_the_same_stage():
    assert stage_of_round("First round 1st leg") == stage_of_round("First round 2nd leg")
    assert stage_of_round("Play-in round Hinspiel") == stage_of_round("Play-in round Rückspiel")
