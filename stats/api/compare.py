"""GET /api/v1/compare/: two forecasters over their common matches."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.serializers import ReadOnlySerializer, moment, rounded
from matches.api.reference import ForecasterRefSerializer
from stats.analysis.common_matches import CommonMatch, unit_of
from stats.analysis.head_to_head import Group, HeadToHead, Look, MetricComparison, head_to_head
from stats.api.board_parameters import (
    METRIC_NAMES,
    PROVENANCES,
    BoardMetaSerializer,
    PairParameters,
    forecaster_ref,
    version_meta,
)
from stats.api.leaderboards import ScopeSerializer
from stats.api.versioned import VersionedView
from stats.leaderboards import Board
from stats.refresh.versioned_reads import Version

MOST_LOOKS = 200
BLIND = "Holds only if the back-tests were made without knowing the results."


class PairMetaSerializer(BoardMetaSerializer):
    scope = ScopeSerializer()
    provenance = serializers.ChoiceField(choices=PROVENANCES, help_text="Of the predictions compared.")
    condition = serializers.CharField(
        help_text="Condition under which the intervals hold; empty if all predictions were received live."
    )


class PairCountsSerializer(ReadOnlySerializer):
    """Numbers of common matches by provenance.

    `live`: both predictions are live. `archive`: both are back-tests. `mixed`: all others, e.g. one
    live prediction and one back-test.
    """

    live = serializers.IntegerField()
    archive = serializers.IntegerField()
    mixed = serializers.IntegerField()


class PairMetricSerializer(ReadOnlySerializer):
    """Means over the common matches for which both have this metric."""

    metric = serializers.ChoiceField(choices=METRIC_NAMES)
    matches = serializers.IntegerField()
    a = serializers.FloatField(help_text="Mean of `a`.")
    b = serializers.FloatField()
    difference = serializers.FloatField(help_text="Mean of `a` minus mean of `b`.")
    low = serializers.FloatField(
        allow_null=True,
        help_text="Lower end of the 95 % interval of the difference, which may be looked at after every "
        "match. Null below 50 matches.",
    )
    high = serializers.FloatField(allow_null=True)
    evidence = serializers.FloatField(
        allow_null=True, help_text="e-value: 40 means 40 : 1 against equal skill. Null below 50 matches."
    )
    matches_needed = serializers.IntegerField(
        allow_null=True,
        help_text="Further matches that exclude 0 if mean and spread stay the same; null above 10,000.",
    )


class RecordSerializer(ReadOnlySerializer):
    """Numbers of matches in which `a` had more points than `b`, equally many, and fewer."""

    wins = serializers.IntegerField()
    draws = serializers.IntegerField()
    losses = serializers.IntegerField()


class LookSerializer(ReadOnlySerializer):
    """Difference and interval after this number of common matches."""

    matches = serializers.IntegerField()
    match = serializers.IntegerField(help_text="Id of the newest match.")
    kickoff_at = serializers.DateTimeField()
    kickoff_time_known = serializers.BooleanField()
    difference = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class PairedMatchSerializer(ReadOnlySerializer):
    """A common match with the score of both forecasters."""

    match = serializers.IntegerField()
    kickoff_at = serializers.DateTimeField()
    kickoff_time_known = serializers.BooleanField()
    home = serializers.CharField()
    away = serializers.CharField()
    result = serializers.CharField()
    a = serializers.FloatField()
    b = serializers.FloatField()
    difference = serializers.FloatField()


class MatchGroupSerializer(ReadOnlySerializer):
    """Mean difference over some of the common matches, without an interval."""

    label = serializers.CharField()  # type: ignore[assignment] # a field, not the attribute
    matches = serializers.IntegerField()
    difference = serializers.FloatField()


class MatchGroupsSerializer(ReadOnlySerializer):
    """Groups of the common matches.

    `favourite`: by whether the favourite won, i.e. the outcome with the highest mean probability of the
    season's panel.
    """

    stage = MatchGroupSerializer(many=True)
    favourite = MatchGroupSerializer(many=True)
    result = MatchGroupSerializer(many=True)


class HeadToHeadSerializer(ReadOnlySerializer):
    """Comparison of two forecasters over their common matches."""

    meta = PairMetaSerializer()
    a = ForecasterRefSerializer()
    b = ForecasterRefSerializer()
    common = PairCountsSerializer()
    metrics = PairMetricSerializer(many=True)
    record = RecordSerializer()
    sequence = LookSerializer(many=True, help_text="At most 200 of the common matches, the newest last.")
    largest_differences = PairedMatchSerializer(many=True)
    groups = MatchGroupsSerializer()


class CompareView(VersionedView):
    """Two forecasters over their common matches: differences with intervals, evidence and record.

    The newest 2,000 common matches count. The intervals hold for a pair that was chosen in advance, not for
    the most striking of many pairs. `sequence`, `largest_differences` and `groups` are about one metric;
    groups have no intervals, because they are looked at afterwards.
    """

    parameters = PairParameters

    def answer(self, version: Version) -> dict[str, Any]:
        a, b = PairParameters.pair(self.params)
        board = PairParameters.board(self.params)
        found = head_to_head(a, b, board, self.params["provenance"])
        metric = self.params["metric"] or (found.metrics[0].metric.name if found.metrics else "rps")
        wins, draws, losses = found.record
        return {
            "meta": version_meta(version) | _meta(found, board),
            "a": forecaster_ref(a),
            "b": forecaster_ref(b),
            "common": found.counts,
            "metrics": [_metric(each) for each in found.metrics],
            "record": {"wins": wins, "draws": draws, "losses": losses},
            "sequence": [_look(each) for each in thinned(found.looks(metric), MOST_LOOKS)],
            "largest_differences": [_match(each, metric) for each in found.largest(metric)],
            "groups": {
                name: [_group(each) for each in groups] for name, groups in found.groups(metric).items()
            },
        }

    @extend_schema(summary="Compare two forecasters", responses=HeadToHeadSerializer)
    def get(self, request: Request) -> Response:
        return super().get(request)


def thinned(looks: list[Look], most: int) -> list[Look]:
    """Return at most `most` looks at equal distances, among them the newest one."""
    step = -(-len(looks) // most) or 1
    return looks[::-1][::step][::-1]


def _meta(found: HeadToHead, board: Board) -> dict[str, Any]:
    condition = "" if found.provenance == "live" else BLIND
    return {"scope": board.as_dict(), "provenance": found.provenance, "condition": condition}


def _metric(each: MetricComparison) -> dict[str, Any]:
    return {
        "metric": each.metric.name,
        "matches": each.matches,
        "a": rounded(each.a_mean),
        "b": rounded(each.b_mean),
        "difference": rounded(each.difference),
        "low": rounded(each.low),
        "high": rounded(each.high),
        "evidence": rounded(each.evidence),
        "matches_needed": each.matches_needed,
    }


def _look(each: Look) -> dict[str, Any]:
    return {
        "matches": each.matches,
        "match": each.match.id,
        "kickoff_at": moment(each.match.kickoff_at),
        "kickoff_time_known": each.match.kickoff_time_known,
        "difference": rounded(each.difference),
        "low": rounded(each.low),
        "high": rounded(each.high),
    }


def _match(each: CommonMatch, metric: str) -> dict[str, Any]:
    unit = unit_of(metric)
    return {
        "match": each.id,
        "kickoff_at": moment(each.kickoff_at),
        "kickoff_time_known": each.kickoff_time_known,
        "home": each.home,
        "away": each.away,
        "result": f"{each.home_goals}-{each.away_goals}",
        "a": rounded(getattr(each.a, metric) / unit),
        "b": rounded(getattr(each.b, metric) / unit),
        "difference": rounded((each.difference(metric) or 0) / unit),
    }


def _group(each: Group) -> dict[str, Any]:
    return {"label": each.label, "matches": each.matches, "difference": rounded(each.difference)}
