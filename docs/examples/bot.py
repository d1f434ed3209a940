"""A forecaster that predicts every open match from the teams' results, and prints the receipts.

    FINAL_WHISTLE_KEY=fw_... python bot.py https://final-whistle.example my-forecaster

It requires httpx, and a key of the forecaster with the scope `predict`. It can run any number of times:
submitting the same prediction again changes nothing. Until the lock, a different prediction supersedes the
previous one.
"""

import json
import os
import sys

import httpx


def pages(api: httpx.Client, path: str, **params):
    """Yield all rows of a list, page by page."""
    while path:
        answer = api.get(path, params=params or None).raise_for_status().json()
        yield from answer["results"]
        path, params = answer["next"], {}


def strength(api: httpx.Client, team: str) -> float:
    """Return the points per finished match, or 1.3 if the team has no finished match."""
    points, played = 0, 0
    for match in pages(api, "matches/", team=team, status="finished", page_size=200):
        goals = match["home_score"], match["away_score"]
        ours, theirs = goals if match["home_team"]["slug"] == team else reversed(goals)
        points, played = points + (3 if ours > theirs else ours == theirs), played + 1
    return (points + 1.3 * 5) / (played + 5)


def predict(home: float, away: float) -> dict:
    """Return probabilities in proportion to the strengths, a quarter for the draw, and a matching score."""
    favour = 1.2 * home / (1.2 * home + away)
    win = round(0.75 * favour, 4)
    goals = (2, 1) if favour > 0.55 else (1, 2) if favour < 0.45 else (1, 1)
    chances = {"home": win, "draw": 0.25, "away": round(0.75 - win, 4)}
    return {"home_goals": goals[0], "away_goals": goals[1], "probabilities": chances}


def main(site: str, forecaster: str) -> None:
    key = {"Authorization": f"Bearer {os.environ['FINAL_WHISTLE_KEY']}"}
    with httpx.Client(base_url=f"{site.rstrip('/')}/api/v1/", headers=key, timeout=30) as api:
        for match in pages(api, "matches/", open="true"):
            teams = [match[side]["slug"] for side in ("home_team", "away_team")]
            pick = predict(*(strength(api, team) for team in teams))
            answer = api.put(f"matches/{match['id']}/predictions/{forecaster}/", json=pick)
            if answer.status_code in (200, 201):
                print(json.dumps(answer.json()))  # the receipt: keep it
            else:
                print(f"{' - '.join(teams)}: {answer.json()['detail']}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 3 else sys.exit(__doc__)
