"""What holds for every tie, whatever the scores."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from matches.ties.grouping import ties_of
from matches.ties.tie import Format, Tie
from matches.ties.wording import how_decided, in_words
from tests.matches.ties.games import Game, game, tie

GOALS = st.integers(0, 6)
SHOOTOUTS = st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda score: score[0] != score[1])


@st.composite
def games(draw: st.DrawFn, **more: object) -> Game:
    """A match that is finished, awarded, void or to be played."""
    score = draw(GOALS), draw(GOALS)
    status = draw(st.sampled_from(["finished", "finished", "finished", "awarded", "cancelled", "scheduled"]))
    if status in ("cancelled", "scheduled"):
        return game(None, draw(st.integers(0, 60)), status=status, back=draw(st.booleans()), **more)
    aet = (score[0] + draw(GOALS), score[1] + draw(GOALS)) if draw(st.booleans()) else None
    return game(
        score,
        draw(st.integers(0, 60)),
        aet=aet,
        pens=draw(st.none() | SHOOTOUTS),
        status=status,
        back=draw(st.booleans()),
        **more,
    )


ties = st.builds(
    lambda played, away_goals: tie(*played, away_goals=away_goals),
    st.lists(games(), min_size=1, max_size=5),
    st.booleans(),
)


def mirrored(played: Game) -> Game:
    """The same match with the names of the teams exchanged."""
    return replace(played, home_team=played.away_team, away_team=played.home_team)


@given(ties)
def test_only_a_tie_that_is_over_has_a_winner(tie: Tie):
    assert tie.winner is None or (tie.is_over and tie.winner in (tie.first, tie.second))
    assert (tie.winner is None) == (tie.decided_by is None) == (how_decided(tie) == "")


@given(ties)
def test_a_tie_with_a_match_that_counts_has_words(tie: Tie):
    assert bool(in_words(tie)) == bool(tie.counted)


@given(ties)
def test_the_aggregate_has_all_goals_and_no_shootout(tie: Tie):
    after = [
        (match.home_score_aet, match.away_score_aet)
        if match.home_score_aet is not None
        else (match.home_score, match.away_score)
        for match in tie.counted
    ]
    assert sum(tie.aggregate) == sum(map(sum, after))


@given(st.lists(games(), min_size=1, max_size=5), st.booleans(), st.randoms())
def test_the_order_of_the_rows_does_not_matter(played, away_goals, random):
    shuffled = random.sample(played, len(played))

    assert ties_of(shuffled, away_goals=away_goals) == ties_of(played, away_goals=away_goals)


@given(st.lists(games(), min_size=1, max_size=5), st.booleans())
def test_exchanged_names_exchange_the_winner(played, away_goals):
    one, other = tie(*played, away_goals=away_goals), tie(*map(mirrored, played), away_goals=away_goals)

    names = {"Ashford": "Barrow", "Barrow": "Ashford", None: None}
    assert (other.format, other.aggregate, other.winner) == (one.format, one.aggregate, names[one.winner])


@given(ties)
def test_the_aggregate_decides_two_legs_unless_it_is_level(tie: Tie):
    if tie.format == Format.LEGS and tie.is_over and tie.aggregate[0] != tie.aggregate[1]:
        assert tie.winner == (tie.first if tie.aggregate[0] > tie.aggregate[1] else tie.second)


@given(ties)
def test_a_series_is_won_by_more_than_half_of_its_games_or_when_all_are_played(tie: Tie):
    if tie.format == Format.SERIES and tie.winner:
        assert max(tie.wins) > tie.best_of // 2 or len(tie.counted) >= tie.best_of
