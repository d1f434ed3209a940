"""Title, going through and relegation in the runs of a simulation."""

from dataclasses import replace

import numpy as np

from stats.simulation.season_events import events
from stats.simulation.simulate import simulate
from stats.simulation.stage_inputs import DecidingPlaces, StageInput
from tests.stats.simulation.small_leagues import double_round_robin, stage

RUNS = 300


def groups(deciding: DecidingPlaces, names: str = "ABC") -> StageInput:
    """Groups of three teams that play each other twice; teams are numbered on: 1-3, 4-6, 7-9."""
    parts = [
        stage(
            range(3 * number + 1, 3 * number + 4),
            to_play=[(home + 3 * number, away + 3 * number) for home, away in double_round_robin(3)],
            group=name,
        )
        for number, name in enumerate(names)
    ]
    opened = [match for part in parts for match in part.open_matches]
    return replace(
        parts[0],
        records={group: records for part in parts for group, records in part.records.items()},
        open_matches=[replace(match, key=key) for key, match in enumerate(opened)],
        deciding=deciding,
    )


def test_as_many_teams_as_the_rules_name_are_relegated_and_one_wins_the_title_in_every_run():
    league = stage(
        range(1, 7), to_play=double_round_robin(6), deciding=DecidingPlaces(is_title=True, relegated=2)
    )
    found = events(league, simulate(league, RUNS))

    assert set(found) == {"title", "relegated"}
    assert (found["title"][0].sum(axis=0) == 1).all()
    assert (found["relegated"][0].sum(axis=0) == 2).all()


def test_the_best_teams_in_the_compared_place_go_through_as_well():
    cup = groups(DecidingPlaces(through=1, compared_place=2, compared_through=2))
    found = events(cup, simulate(cup, RUNS))

    through = np.concatenate(found["through"])
    assert (through.sum(axis=0) == 3 + 2).all()
    assert all((table.sum(axis=0) <= 2).all() for table in found["through"])


def test_the_compared_teams_are_those_with_most_points():
    cup = groups(DecidingPlaces(compared_place=2, compared_through=1))
    simulated = simulate(cup, RUNS)
    (through,) = events(cup, simulated).values()

    seconds = np.stack(
        [(table.values["points"] * (table.places == 1)).sum(axis=0) for table in simulated.tables]
    )
    chosen = np.stack([table.any(axis=0) for table in through])
    assert (chosen.sum(axis=0) == 1).all()
    assert ((seconds * chosen).sum(axis=0) == seconds.max(axis=0)).all()


def test_only_the_last_of_ranked_groups_relegates():
    split = replace(groups(DecidingPlaces(is_title=True, relegated=1), "AB"), ranked_groups=["A", "B"])
    found = events(split, simulate(split, RUNS))

    assert [table.any() for table in found["relegated"]] == [False, True]
    assert [table.any() for table in found["title"]] == [True, False]
