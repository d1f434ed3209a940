"""Roundups and the season's board: newcomers lead nothing, and no one leads before five matches."""

import pytest

from content.roundups.facts import gather
from stats.leaderboards import Board, leaderboard
from tests.content.roundups.conftest import names, play, play_blanks, tell, week
from tests.factories import ForecasterFactory, predict

pytestmark = pytest.mark.django_db


def newcomer(match, pick, name="The Newcomer"):
    predict(match, ForecasterFactory(name=name), pick)


def board_text(match) -> str:
    """The article's section about the leaderboard."""
    _, article = tell(match)
    return article.body.split("## The forecasters' leaderboard\n\n")[1].split("\n\n")[0]


def test_a_newcomer_with_an_exact_score_leads_nothing_and_moves_no_one():
    play_blanks(8)
    match = week(1)
    newcomer(match, (2, 1))
    play(match, (2, 1), [(1, 0), (0, 1), (0, 1)])

    facts, article = tell(match)

    assert names(facts["board"]["leaders"]) == ["The Oracle"]
    assert facts["board"]["size"] == 3
    assert [row["name"] for row in facts["board"]["top"]] == ["The Oracle", "The Coin", "The Homer"]
    assert "The Newcomer" not in [name for move in facts["board"]["risers"] for name in names(move)]
    assert "The Newcomer" not in board_text(match)
    assert "The Newcomer" not in article.title or "lead" not in article.title


def test_the_board_of_a_roundup_is_the_leaderboard_of_that_moment():
    """A bookmaker with probabilities alone has no place on it, but its matches count for the threshold."""
    for number in range(1, 13):
        match = week(number)
        predict(match, ForecasterFactory(name="The Bookmaker"), None, (0.5, 0.3, 0.2))
        picks = [(1, 0), (0, 1)] if number > 6 else []
        if number > 8:
            newcomer(match, (1, 0))
        play(match, (1, 0), picks)

        stored = leaderboard(Board.of(match.season))
        ranked = [(row.forecaster.name, row.rank, row.points) for row in stored if row.rank]
        board = gather(match.pk)["board"]
        told = [(row["name"], row["rank"], row["points"]) for row in board["top"]] if board else []
        assert told == (ranked if len(ranked) > 1 else [])


def test_no_one_is_called_the_leader_before_the_fifth_match():
    for number in range(1, 6):
        match = play(week(number), (1, 0), [(1, 0), (0, 1)])
        facts, article = tell(match)
        if number < 5:
            assert facts["board"]["leaders"] is None
            assert facts["board"]["lead"] is None
            assert "too early in the season to name a leader" in board_text(match)
            assert "lead" not in article.summary
            assert "top" not in article.summary
    assert names(facts["board"]["leaders"]) == ["The Oracle"]
    assert facts["board"]["leaders_before"] is None
    assert "The Oracle leads the season with" in board_text(match)


def test_moves_to_the_top_are_not_told_while_no_one_leads():
    play(week(1), (1, 0), [(1, 0), (0, 1), (0, 2)])
    match = play(week(2), (0, 3), [(1, 0), (0, 3), (1, 1)])

    assert gather(match.pk)["board"]["risers"][0]["rank"] == 1
    assert "first" not in board_text(match)


def test_a_board_of_one_is_none():
    for number in range(1, 7):
        match = play(week(number), (1, 0), [(1, 0)])

    assert gather(match.pk)["board"] is None
    assert "The Oracle has now been right six times in a row." in board_text(match)
    assert "leads" not in tell(match)[1].summary


def test_a_leader_who_falls_below_the_threshold_is_no_former_leader():
    """With eleven matches the threshold is six, with thirteen seven: who has six loses the rank."""
    for number in range(1, 13):
        match = week(number)
        if number <= 6:
            newcomer(match, (1, 0))
        play(match, (1, 0), [(2, 0), (0, 1)])
    assert names(gather(match.pk)["board"]["leaders"]) == ["The Newcomer"]

    last = play(week(13), (1, 0), [(2, 0), (0, 1)])

    board = gather(last.pk)["board"]
    assert (board["leaders_before"], names(board["leaders"])) == (None, ["The Oracle"])
    assert "The Newcomer" not in board_text(last)
