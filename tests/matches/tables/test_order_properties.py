"""Properties that hold for the order of all tables."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from matches.tables.order import compare_places, places
from matches.tables.rules import TableRules, TieBreaker
from tests.matches.tables.played import HEAD_TO_HEAD, records_of, sides_of

T = TieBreaker


@st.composite
def tables(draw, *, rules: st.SearchStrategy[TableRules] | None = None):
    """Records, sides and rules of a table in which some pairs have met, home, away or both."""
    teams = range(1, draw(st.integers(1, 6)) + 1)
    pairs = [(home, away) for home in teams for away in teams if home != away]
    goals = st.integers(0, 2)
    sides = []
    for home, away in draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []:
        shootout = draw(st.sampled_from(["", "W", "L"]))
        home_goals, away_goals = draw(goals), draw(goals)
        sides += sides_of(home, away, home_goals, away_goals, shootout if home_goals == away_goals else "")
    chosen = draw(any_rules() if rules is None else rules)
    deducted = st.sampled_from([0, 0, 0, -1, -3])
    records = [
        replace(record, points=record.points + draw(deducted)) for record in records_of(teams, sides, chosen)
    ]
    return records, sides, chosen


@st.composite
def any_rules(draw, allowed: tuple[TieBreaker, ...] = tuple(TieBreaker)):
    points = draw(
        st.sampled_from([{}, {"win": 2}, {"shootout_win": 2, "shootout_loss": 1}, {"win": 3, "draw": 0}])
    )
    listed = draw(st.lists(st.sampled_from(allowed), unique=True, max_size=6))
    return TableRules(tie_breakers=tuple(listed), **points)


def positions(found) -> dict[int, int]:
    return {place.team: place.position for place in found}


@given(tables())
def test_every_team_has_exactly_one_place(given_table):
    records, sides, rules = given_table
    found = places(records, sides, rules)
    assert sorted(place.team for place in found) == sorted(record.team for record in records)


@given(tables())
def test_positions_are_one_more_than_the_number_of_better_teams(given_table):
    found = places(*given_table)
    for place in found:
        assert place.position == 1 + sum(other.position < place.position for other in found)


@given(tables())
def test_more_points_always_mean_a_better_position(given_table):
    records, sides, rules = given_table
    position = positions(places(records, sides, rules))
    for one in records:
        for other in records:
            assert one.points <= other.points or position[one.team] < position[other.team]


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(given_table, random):
    records, sides, rules = given_table
    shuffled = [random.sample(rows, len(rows)) for rows in (records, sides)]
    assert places(*shuffled, rules) == places(records, sides, rules)


@given(tables(), st.randoms(use_true_random=False))
def test_the_ids_of_the_teams_do_not_matter(given_table, random):
    records, sides, rules = given_table
    names = [record.team for record in records]
    other = dict(zip(names, random.sample(range(100, 200), len(names)), strict=True))
    renamed = [replace(record, team=other[record.team]) for record in records]
    replayed = [replace(side, team=other[side.team], opponent=other[side.opponent]) for side in sides]

    found = positions(places(renamed, replayed, rules))

    assert found == {other[team]: at for team, at in positions(places(records, sides, rules)).items()}


@given(tables())
def test_teams_with_different_points_have_the_positions_from_1_to_n(given_table):
    records, sides, rules = given_table
    spread = [replace(record, points=10 * record.team) for record in records]

    found = places(spread, sides, rules)

    assert [place.position for place in found] == list(range(1, len(records) + 1))
    assert [place.team for place in found] == sorted((record.team for record in records), reverse=True)


@given(tables(rules=st.just(TableRules())))
def test_the_default_rules_are_a_plain_sort(given_table):
    records, sides, rules = given_table

    def key(record):
        return record.points, record.goal_difference, record.goals_for

    ordered = sorted(records, key=lambda record: record.team)
    ordered.sort(key=key, reverse=True)
    assert [place.team for place in places(records, sides, rules)] == [record.team for record in ordered]


@given(tables(), st.permutations(range(1, 7)))
def test_lots_order_only_teams_that_are_otherwise_level(given_table, numbers):
    records, sides, rules = given_table
    drawn = [replace(record, lot=number) for record, number in zip(records, numbers, strict=False)]
    before, after = positions(places(records, sides, rules)), positions(places(drawn, sides, rules))
    lots = {record.team: record.lot for record in drawn}

    assert sorted(after.values()) == list(range(1, len(records) + 1))
    for one in before:
        for other in before:
            if before[one] < before[other]:
                assert after[one] < after[other]
            elif one != other and before[one] == before[other]:
                assert (after[one] < after[other]) == (lots[one] < lots[other])


@given(tables(rules=any_rules(allowed=HEAD_TO_HEAD)))
def test_two_level_teams_are_ordered_by_their_direct_matches(given_table):
    records, sides, rules = given_table
    assume(len(records) > 1)
    one, other = records[0].team, records[1].team
    top = [replace(record, points=100 if record.team in (one, other) else 0) for record in records]
    position = positions(places(top, sides, rules))
    direct = records_of(
        (one, other), [side for side in sides if {side.team, side.opponent} == {one, other}], rules
    )

    def key(record):
        values = {
            T.HEAD_TO_HEAD_POINTS: record.points,
            T.HEAD_TO_HEAD_GOAL_DIFFERENCE: record.goal_difference,
            T.HEAD_TO_HEAD_GOALS: record.goals_for,
        }
        return [values[rule] for rule in rules.tie_breakers]

    assert (position[one] < position[other]) == (key(direct[0]) > key(direct[1]))
    assert (position[one] == position[other]) == (key(direct[0]) == key(direct[1]))


@given(tables(), st.sampled_from([rule for rule in TieBreaker if not rule.is_head_to_head]))
def test_a_further_rule_never_changes_the_order_of_separated_teams(given_table, rule):
    records, sides, rules = given_table
    longer = replace(rules, tie_breakers=(*rules.tie_breakers, rule))
    before, after = positions(places(records, sides, rules)), positions(places(records, sides, longer))
    for one in before:
        for other in before:
            assert before[one] >= before[other] or after[one] < after[other]


@given(tables())
def test_head_to_head_is_left_out_while_every_pair_is_still_to_meet(given_table):
    records, sides, rules = given_table
    teams = [record.team for record in records]
    to_play = [frozenset({one, other}) for one in teams for other in teams if one < other]
    waiting = replace(rules, head_to_head_when_complete=True)
    without = replace(
        rules, tie_breakers=tuple(rule for rule in rules.tie_breakers if not rule.needs_matches)
    )

    assert places(records, sides, waiting, to_play=to_play) == places(records, sides, without)


@given(tables(rules=any_rules(allowed=(*HEAD_TO_HEAD, T.HEAD_TO_HEAD_AWAY_GOALS))))
def test_matches_against_other_teams_do_not_change_a_head_to_head(given_table):
    """The order of the level teams follows from the matches among them alone."""
    records, sides, rules = given_table
    level = {record.team for record in records if record.team % 2}
    equal = [replace(record, points=50 if record.team in level else 0) for record in records]
    among = [side for side in sides if {side.team, side.opponent} <= level]

    found, expected = places(equal, sides, rules), places(equal, among, rules)

    assert found[: len(level)] == expected[: len(level)]


@given(tables(), st.integers(1, 6))
def test_no_more_teams_than_allowed_are_certain_to_go_through(given_table, through):
    records, _, rules = given_table
    groups = [[(3, record)] for record in records]

    found = compare_places(groups, rules, place=3, through=through)

    certain = [each for each in found if each.goes_through]
    out = [each for each in found if each.goes_through is False]
    assert len(certain) <= through
    assert len(out) <= max(0, len(records) - through)
    assert len(certain) + sum(each.goes_through is None for each in found) >= min(through, len(records))
