"""The summary: it can be read without the article. Plain text."""

from collections.abc import Iterator

from content.roundups.facts.people import NAMED
from content.roundups.writers.desk import UNPREDICTED, Desk
from content.roundups.writers.phrases.board import leads


def summary(desk: Desk) -> list[str]:
    corrected = "Corrected: the match had been reported as {correction.before}" if desk.is_corrected else ""
    return [corrected, *_decided(desk), *_forecasters(desk), *_top(desk)]


def _decided(desk: Desk) -> Iterator[str]:
    """Yield the winner after extra time or on penalties, and who goes through."""
    if desk.result.get("how"):
        yield "{result.winner} won {result.how}"
    if desk.tie.get("winner") and desk.tie["format"] != "single" and desk.result["decided"] != "penalties":
        yield "{tie.text}"
    elif desk.tie.get("winner") and not desk.tie["is_last_round"]:
        yield "{tie.winner} go through"


def _forecasters(desk: Desk) -> Iterator[str]:
    field, hits = desk.field, desk.field["hits"]
    if desk.match["void"]:
        void = f"{{field.predictions|counted}} {desk.agree('field.predictions', 'is', 'are')} void"
        unpredicted = ", and no one predicted it before the kickoff"
        yield f"The match does not count{f': {void}' if field['predictions'] else unpredicted}"
    elif not field["predictions"]:
        yield f"{UNPREDICTED}, so the forecasters' leaderboard stays as it was"
    elif hits and field["predictions"] == 1:
        yield f"{{picks.0.name}}, the only forecaster, was {'right' if hits['tendency'] else 'wrong'}"
    elif hits is None or field["score_picks"] == 1:
        many = "{field.probability_picks|counted} had given"
        who = many if field["probability_picks"] > 1 else "The only forecaster with probabilities had given"
        average = " on average" if field["probability_picks"] > 1 else ""
        if field["chances"]:
            yield f"{who} {outcome(desk)} {{field.chances.actual_percent|per_cent}}{average}"
        if hits:
            verdict = "right" if hits["tendency"] else "wrong"
            if desk.facts["picks"][0]["pick"]:  # it is the first in the list if it was scored
                yield f"{{picks.0.name}}, the only forecaster with a score, was {verdict}"
            else:
                yield f"The only forecaster with a score was {verdict}"
    elif hits["tendency"] == 0:
        yield f"None of the {{field.score_picks|words}} forecasters saw {outcome(desk)} coming"
    else:
        yield f"{_saw(desk)}{_best(desk)}"


def _saw(desk: Desk) -> str:
    is_all = desk.field["hits"]["tendency"] == desk.field["score_picks"]
    who = "{field.score_picks|all}" if is_all else "{field.hits.tendency|words} of {field.score_picks|words}"
    saw = desk.choose("saw", f"saw {outcome(desk)} coming", f"had {outcome(desk)}")
    return f"{who} forecasters {saw}"


def outcome(desk: Desk) -> str:
    """Return the outcome; if more than 90 minutes were played, with the score that is meant."""
    match = desk.match
    is_by_90 = match["after_90"] and not (match["basis"] == "after_extra_time" and match["after_extra_time"])
    return f"{desk.actual}{' after {match.minutes|counted}' if is_by_90 else ''}"


def _best(desk: Desk) -> str:
    heroes = desk.facts["heroes"]
    if heroes["count"] > NAMED or heroes["count"] == desk.field["score_picks"]:
        return ""
    each = desk.agree("heroes", "", " each")
    return f"; {desk.people('heroes')} did best with {{heroes.points|counted}}{each}"


def _top(desk: Desk) -> Iterator[str]:
    board = desk.facts["board"]
    if board and board["leaders"] and board["top"][0]["points"] and desk.field["hits"]:
        still = "now " if board["new_leader"] else "still " if board["leaders_before"] else ""
        yield f"{leads(desk, f'{still}leads', f'{still}lead')} the season"
