"""GET /api/v1/: the entry point of the API."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.renderers import JSONRenderer
from core.api.views import PublicView
from core.http.links import absolute

LISTS = {
    "leaderboard": "leaderboard-list",
    "standings": "standings-list",
    "competitions": "competition-list",
    "seasons": "season-list",
    "teams": "team-list",
    "forecasters": "forecaster-list",
    "matches": "match-list",
    "predictions": "scored-prediction-list",
    "commitments": "commitment-list",
    "corrections": "correction-list",
    "roundups": "roundup-list",
    "status": "status",
    "schema": "schema",
    "docs": "docs",
}


class IndexView(PublicView):
    """The URLs of all lists."""

    renderer_classes = [JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response({name: absolute(reverse(f"api:{route}")) for name, route in LISTS.items()})
