"""POST /api/cron/update-stats/: refresh the statistics now, for an external scheduler."""

from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.exceptions import Unavailable
from core.api.problems import MEDIA_TYPE, ProblemSerializer
from core.api.query_params import QueryParameters
from core.api.renderers import JSONRenderer
from core.api.serializers import ReadOnlySerializer
from stats.jobs import refresh_now

log = structlog.get_logger("cron")

SCOPES = ["leaderboard", "standings"]
AUTH: Any = [{"cronSecret": []}]


class UpdatedSerializer(ReadOnlySerializer):
    """Confirmation that the statistics were refreshed."""

    success = serializers.BooleanField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    timestamp = serializers.DateTimeField()


ANSWERS = {
    200: UpdatedSerializer,
    (401, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description="Wrong or missing secret."),
    (503, MEDIA_TYPE): OpenApiResponse(
        ProblemSerializer, description="CRON_SECRET is not set on the server."
    ),
}


class UpdateStatsView(APIView):
    """Refresh the statistics now, and respond when that is done.

    Large team leaderboards are refreshed later, on their own schedule. Requires the header `Authorization:
    Bearer $CRON_SECRET`; a secret in the URL is not accepted, as it would end up in logs. Disabled (503)
    while CRON_SECRET is not set. Repeated requests are harmless.
    """

    http_method_names = ["get", "post"]
    authentication_classes = ()  # CRON_SECRET is checked in `initial`; it is not an API key
    renderer_classes = [JSONRenderer]

    def get_parameters(self) -> type[QueryParameters]:
        return QueryParameters

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="cron"'

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        authorise(request)
        self.get_parameters().read(request.query_params)

    @extend_schema(summary="Refresh the statistics (GET)", request=None, responses=ANSWERS, auth=AUTH)
    def get(self, request: Request) -> Response:
        return self.update()

    @extend_schema(summary="Refresh the statistics", request=None, responses=ANSWERS, auth=AUTH)
    def post(self, request: Request) -> Response:
        return self.update()

    def update(self) -> Response:
        at = timezone.now()
        refreshed = refresh_now(at=at)
        log.info("statistics updated", scopes=SCOPES, matches=refreshed.match_ids)
        answer = {"success": True, "scopes": SCOPES, "timestamp": at}
        return Response(UpdatedSerializer(answer).data, headers={"Cache-Control": "no-store"})


def authorise(request: Request) -> None:
    """Raise Unavailable if CRON_SECRET is not set, NotAuthenticated if the request lacks it."""
    if not settings.CRON_SECRET:
        raise Unavailable("The cron endpoint is disabled: set CRON_SECRET on the server to enable it.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), settings.CRON_SECRET):
        log.warning("cron request rejected: wrong or missing secret")
        raise NotAuthenticated("Send the header `Authorization: Bearer $CRON_SECRET`.")
