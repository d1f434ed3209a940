"""GET /api/v1/search/"""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from content.api.roundups import RoundupSerializer
from content.search.grouped_results import search
from content.search.words import MAX_LENGTH
from core.api.query_params import QueryParameters
from core.api.serializers import ReadOnlySerializer
from core.api.views import PublicView
from matches.api.matches import MATCHES, MatchSerializer
from matches.api.reference import CompetitionRefSerializer, ForecasterRefSerializer, TeamSerializer


class SearchParameters(QueryParameters):
    """Query parameter of the search page. Without it the page contains only the search box."""

    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_LENGTH,
        help_text="Words of names, and years. Case, accents and punctuation do not matter.",
    )


class RequiredSearchParameters(SearchParameters):
    """Query parameter of the API, which requires it."""

    q = serializers.CharField(max_length=MAX_LENGTH, help_text=SearchParameters.declared()["q"].help_text)


class SearchSerializer(ReadOnlySerializer):
    """Rows that a search has found, at most 10 of each kind."""

    teams = TeamSerializer(many=True, help_text="Also found by aliases and former names.")
    forecasters = ForecasterRefSerializer(many=True)
    competitions = CompetitionRefSerializer(many=True)
    matches = MatchSerializer(
        many=True,
        help_text="Each word is in the name of a team, in competition or season, or is the year of the"
        " kickoff. Only for searches with the name of a team. Teams with the most words first,"
        " then the newest.",
    )
    roundups = RoundupSerializer(
        many=True,
        help_text="Published roundups with all words (except years) in title and summary. Newest first.",
    )


class SearchView(PublicView):
    """Teams, forecasters, competitions, matches and roundups.

    Names are found by the beginnings of their words, best first; words with typing errors by similarity.
    Case, accents and punctuation do not matter. Only the first eight words are used.
    """

    def get_parameters(self) -> type[QueryParameters]:
        return RequiredSearchParameters

    @extend_schema(
        summary="Search",
        responses=SearchSerializer,
        operation_id="search",
    )
    def get(self, request: Request) -> Response:
        found: Any = search(self.params["q"], matches=MATCHES, now=timezone.now())
        return Response(SearchSerializer(found).data)
