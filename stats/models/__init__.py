"""Models of the statistics: tallies, sums for comparisons, records of refreshes, and read-only views."""

from stats.models.board_history import BoardHistory
from stats.models.board_inference import BoardInference, BoardMember, MatchDifficulty
from stats.models.board_rows import LeaderboardRow, StandingsRow
from stats.models.calibration_reports import CalibrationReport
from stats.models.comparisons import CalibrationCell, FieldSum, PairSum, Participant
from stats.models.refreshes import NamesVersion, PastChange, StandingsChange, ViewRefresh
from stats.models.season_forecasts import PlacesBacktest, SeasonForecast
from stats.models.tallies import TALLY_PROVENANCES, FormPeriod, Provenance, Scope, Tally
