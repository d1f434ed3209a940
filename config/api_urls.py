"""URLs of all apps under /api/. docs/api.md documents the API for its users."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from content.api import DigestViewSet, MatchStoryViewSet, RoundupViewSet, SearchView
from content.pages.api_docs import views as api_docs
from core.api.problems import unknown_path
from core.api.schema import IndexView, SchemaView
from matches.api.bulk import BulkView
from matches.api.commitments import CommitmentViewSet, LogView, MatchCommitmentView, ProofView, TimestampView
from matches.api.forecaster_predictions import ForecasterPredictionViewSet
from matches.api.llm_questions import MatchLLMQuestionViewSet
from matches.api.matches import MatchViewSet
from matches.api.reference import CompetitionViewSet, ForecasterViewSet, SeasonViewSet, TeamViewSet
from matches.api.season_stages import StageViewSet
from matches.api.submit import SubmitView
from matches.api.ties import TieViewSet
from ops.api.status import StatusView
from scoring.api.corrections import CorrectionViewSet
from scoring.api.match_predictions import MatchPredictionViewSet
from scoring.api.revisions import MatchRevisionViewSet
from scoring.api.scored_predictions import ScoredPredictionViewSet
from stats.api.calibration_reports import CalibrationView
from stats.api.compare import CompareView
from stats.api.leaderboards import LeaderboardViewSet
from stats.api.refresh import UpdateStatsView
from stats.api.robustness import RobustnessView
from stats.api.season_forecasts import PlacesBacktestView, SeasonForecastView
from stats.api.standings import StandingsViewSet

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("leaderboard", LeaderboardViewSet, "leaderboard")
router.register("standings", StandingsViewSet, "standings")
router.register("competitions", CompetitionViewSet, "competition")
router.register("seasons", SeasonViewSet, "season")
router.register("stages", StageViewSet, "stage")
router.register("teams", TeamViewSet, "team")
router.register("forecasters", ForecasterViewSet, "forecaster")
router.register("matches", MatchViewSet, "match")
router.register("matches", MatchStoryViewSet, "match-story")
router.register("matches/<int:id>/predictions", MatchPredictionViewSet, "prediction")
router.register("matches/<int:id>/askings", MatchLLMQuestionViewSet, "asking")
router.register("matches/<int:id>/revisions", MatchRevisionViewSet, "revision")
router.register("forecasters/<slug:slug>/predictions", ForecasterPredictionViewSet, "forecaster-prediction")
router.register("predictions", ScoredPredictionViewSet, "scored-prediction")
router.register("ties", TieViewSet, "tie")
router.register("commitments", CommitmentViewSet, "commitment")
router.register("corrections", CorrectionViewSet, "correction")
router.register("roundups", RoundupViewSet, "roundup")
router.register("digests", DigestViewSet, "digest")

v1 = [
    path("", IndexView.as_view(), name="index"),
    path("status/", StatusView.as_view(), name="status"),
    path("calibration/", CalibrationView.as_view(), name="calibration"),
    path("compare/", CompareView.as_view(), name="compare"),
    path("robustness/", RobustnessView.as_view(), name="robustness"),
    path("season-forecasts/", SeasonForecastView.as_view(), name="season-forecast"),
    path("season-forecasts/backtest/", PlacesBacktestView.as_view(), name="places-backtest"),
    path("search/", SearchView.as_view(), name="search"),
    path("predictions/bulk/", BulkView.as_view(), name="submit-bulk"),
    path("matches/<int:id>/predictions/<slug:forecaster>/", SubmitView.as_view(), name="submit"),
    path("matches/<int:id>/predictions/<slug:forecaster>/proof/", ProofView.as_view(), name="proof"),
    path("matches/<int:id>/commitment/", MatchCommitmentView.as_view(), name="match-commitment"),
    path("matches/<int:id>/commitment/log/", LogView.as_view(), name="log"),
    path("matches/<int:id>/commitment/timestamp/", TimestampView.as_view(), name="timestamp"),
    *router.urls,
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", api_docs.reference, name="docs"),
    path("docs/guide/", api_docs.guide, name="docs-guide"),
    path("cron/update-stats/", UpdateStatsView.as_view(), name="update-stats"),
    # Only paths that end in a slash: Django appends a missing one. [\s\S] also matches newlines; a pattern
    # with flags would break `reverse()` for the whole site.
    re_path(r"^(?:[\s\S]*/)?$", unknown_path),
]
