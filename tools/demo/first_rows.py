"""Database rows that a replay needs before the first result: competition, seasons, teams, forecasters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matches.models import Competition, Match, Season, Team
from matches.services.baselines import register_baselines
from matches.services.seasons import NewMatch, add_matches
from matches.services.stages import stage_named
from matches.stage_hints import LEAGUE, REGULAR_SEASON, StageHint
from tools.demo import season as facts

RELEGATED = 3  # teams of a Premier League season


@dataclass(frozen=True, slots=True)
class FirstRows:
    """Rows of the seasons (by label) and of the teams (by slug) that a replay needs.

    `assemble` returns these rows, and creates those that do not exist yet.
    """

    seasons: dict[str, Season]
    teams: dict[str, Team]

    @classmethod
    def assemble(cls, seasons: Sequence[facts.SeasonData], *, now: datetime) -> "FirstRows":
        competition, _ = Competition.objects.get_or_create(
            slug="premier-league",
            defaults={"name": "Premier League", "country": "England", "time_zone": "Europe/London"},
        )
        register_baselines(active_from=now)
        return cls(
            seasons={season.label: _season(competition, season) for season in seasons},
            teams={team.slug: _team(team) for season in seasons for team in season.teams},
        )

    def add_fixtures(self, season: facts.SeasonData, matches: Sequence[facts.SeasonMatch]) -> list[Match]:
        """Return the rows of these matches in the given order. Creates rows that do not exist yet."""
        row = self.seasons[season.label]
        known = {(match.home_team_id, match.away_team_id): match for match in row.matches.all()}
        missing = [fact for fact in matches if self._pair(fact) not in known]
        for match in add_matches(row, [self._fixture(fact) for fact in missing]):
            known[match.home_team_id, match.away_team_id] = match
        return [known[self._pair(fact)] for fact in matches]

    def _pair(self, fact: facts.SeasonMatch) -> tuple[int, int]:
        return self.teams[fact.home].pk, self.teams[fact.away].pk

    def _fixture(self, fact: facts.SeasonMatch) -> NewMatch:
        return NewMatch(
            kickoff_at=fact.kickoff_at,
            kickoff_time_known=False,
            home_team=self.teams[fact.home],
            away_team=self.teams[fact.away],
            round_label=f"Matchday {fact.matchday}",
            matchday=fact.matchday,
        )


def _season(competition: Competition, season: facts.SeasonData) -> Season:
    dates = {"starts_on": season.starts_on, "ends_on": season.ends_on}
    row, _ = Season.objects.get_or_create(competition=competition, label=season.label, defaults=dates)
    stage = stage_named(row, StageHint(REGULAR_SEASON, LEAGUE))
    if stage.relegation_places is None:
        stage.relegation_places = RELEGATED
        stage.save(update_fields=["relegation_places"])
    return row


def _team(team: facts.SeasonTeam) -> Team:
    names = {"name": team.name, "short_name": team.short_name}
    return Team.objects.get_or_create(slug=team.slug, defaults=names)[0]
