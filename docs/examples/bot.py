"""A forecaster: predicts every open match by how often each side has won, and keeps the receipts.

    FINAL_WHISTLE_KEY=fw_... python bot.py https://final-whistle.example my-forecaster

It needs httpx, and a key that may `predict` for that forecaster. Run it as often as you like: a prediction
that stands already is left alone, one that has changed supersedes the former until the lock.
"""

import json
import os
import sys

import httpx


def pages(api: httpx.Client, path: str, **params):
    """Every row of a list, page by page."""
    while path:
        answer = api.get(path, params=params or None).raise_for_status().json()
        yield from answer["results"]
        path, params = answer["next"], {}


def strength(api: httpx.Client, team: str) -> float:
    """Points a match, of the matches that are over; 1.3 for who has played none."""
    points, played = 0, 0
    for match in pages(api, "matches/", team=team, status="finished", page_size=200):
        goals = match["home_score"], match["away_score"]
        ours, theirs = goals if match["home_team"]["slug"] == team else reversed(goals)
        points, played = points + (3 if ours > theirs else ours == theirs), played + 1
    return (points + 1.3 * 5) / (played + 5)


def predict(home: float, away: float) -> dict:
    """Chances in proportion to the strengths, a quarter for the draw, and the score that goes with them."""
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
