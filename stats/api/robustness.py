"""GET /api/v1/robustness/: the lead of a leaderboard, other point rules, and skill against references."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.serializers import ReadOnlySerializer, Rounded
from matches.api.reference import ForecasterRefSerializer
from stats.analysis.common_matches import CommonMatch
from stats.analysis.difficulty import difficulties
from stats.analysis.lead import lead_of
from stats.analysis.other_rules import rule_switch
from stats.analysis.skill import skill_tables
from stats.api.board_parameters import BoardMetaSerializer, BoardParameters, version_meta
from stats.api.leaderboards import ScopeSerializer
from stats.api.versioned import VersionedView
from stats.refresh.versioned_reads import Version


class RobustnessMetaSerializer(BoardMetaSerializer):
    scope = ScopeSerializer()


class LeadMatchSerializer(ReadOnlySerializer):
    """A match on which the lead depends, and by how many points the first was ahead in it."""

    match = serializers.IntegerField(source="id")
    home = serializers.CharField()
    away = serializers.CharField()
    result = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()

    def get_result(self, match: CommonMatch) -> str:
        return f"{match.home_goals}-{match.away_goals}"

    def get_points(self, match: CommonMatch) -> int:
        return match.difference("average_points") or 0


class LeadSerializer(ReadOnlySerializer):
    """Lead of the first over the second by points in their common matches."""

    first = ForecasterRefSerializer()
    second = ForecasterRefSerializer()
    common = serializers.IntegerField(help_text="Common matches.")
    points = serializers.IntegerField(help_text="Points of the first minus points of the second.")
    matches = LeadMatchSerializer(
        many=True,
        allow_null=True,
        help_text="The fewest common matches without which the second is ahead: empty if it is ahead "
        "already, null if no set of matches suffices.",
    )


class RuleRowSerializer(ReadOnlySerializer):
    """Points per match and rank under each rule, by its name."""

    forecaster = ForecasterRefSerializer()
    matches = serializers.IntegerField()
    averages = serializers.DictField(child=Rounded())
    ranks = serializers.DictField(child=serializers.IntegerField())


class RuleCorrelationSerializer(ReadOnlySerializer):
    """Agreement of the order under a rule with the order under quotas: 1 is the same order."""

    rule = serializers.CharField()
    kendall = Rounded(allow_null=True, help_text="Kendall's tau-b.")
    spearman = Rounded(allow_null=True, help_text="Spearman's rho.")


class RuleSwitchSerializer(ReadOnlySerializer):
    """The first 200 ranked forecasters under several rules."""

    rows = RuleRowSerializer(many=True)
    correlations = RuleCorrelationSerializer(many=True)


class SkillRowSerializer(ReadOnlySerializer):
    """RPS against the reference over common matches."""

    forecaster = ForecasterRefSerializer()
    matches = serializers.IntegerField()
    difference = Rounded(help_text="Mean RPS of the reference minus that of the forecaster; more is better.")
    low = Rounded(allow_null=True, help_text="Lower end of its 95 % interval; null below 50 matches.")
    high = Rounded(allow_null=True)
    skill = Rounded(
        allow_null=True,
        help_text="`difference` divided by the reference's mean over the common matches. Null if both also "
        "predicted other matches.",
    )


class SkillTableSerializer(ReadOnlySerializer):
    """Skill against a reference: a baseline with base rates, or a bookmaker without its margin."""

    reference = ForecasterRefSerializer()
    rows = SkillRowSerializer(many=True)


class MatchDifficultySerializer(ReadOnlySerializer):
    """A match, the expected RPS of an average forecaster in it, and how surprising its result was."""

    match = serializers.IntegerField(source="match_id")
    home = serializers.CharField(source="match.home_team.short_name")
    away = serializers.CharField(source="match.away_team.short_name")
    rps = Rounded()
    upset_index = Rounded(help_text="1 minus the mean probability given to the result.")
    predictions = serializers.IntegerField(help_text="Number of predictions with probabilities.")


class DifficultiesSerializer(ReadOnlySerializer):
    """The five hardest and easiest matches of a season and its biggest upsets, the most extreme first."""

    hardest = MatchDifficultySerializer(many=True)
    easiest = MatchDifficultySerializer(many=True)
    upsets = MatchDifficultySerializer(many=True)


class RobustnessSerializer(ReadOnlySerializer):
    """Dependence of the order of a leaderboard on single matches and on the point rule."""

    meta = RobustnessMetaSerializer()
    lead = LeadSerializer(allow_null=True, help_text="Null if fewer than two forecasters have a rank.")
    rules = RuleSwitchSerializer()
    skill = SkillTableSerializer(many=True)
    difficulty = DifficultiesSerializer(
        allow_null=True, help_text="Only for leaderboards of seasons with at least ten matches; else null."
    )


class RobustnessView(VersionedView):
    """Dependence of the order of a leaderboard on single matches and on the point rule.

    `lead`: the matches on which the lead by points depends. `rules`: the same predicted scores under quotas
    and under three other rules. `skill`: RPS against the season's baseline and bookmaker.
    `difficulty`: the season's hardest and easiest matches.
    """

    parameters = BoardParameters

    def answer(self, version: Version) -> dict[str, Any]:
        board = BoardParameters.board(self.params)
        answer = {
            "meta": version_meta(version) | {"scope": board.as_dict()},
            "lead": lead_of(board),
            "rules": rule_switch(board),
            "skill": skill_tables(board),
            "difficulty": difficulties(board),
        }
        found: dict[str, Any] = RobustnessSerializer(answer).data
        return found

    @extend_schema(summary="Robustness of a leaderboard", responses=RobustnessSerializer)
    def get(self, request: Request) -> Response:
        return super().get(request)
