"""Functions that return the match or the forecaster named in a URL, or raise Http404."""

from django.http import Http404

from matches.models import Forecaster, Match
from matches.services.submissions import unknown_forecaster, unknown_match


def match_or_404(pk: int) -> Match:
    match = Match.objects.filter(pk=pk).first()
    if match is None:
        raise Http404(unknown_match(pk).reason)
    return match


def forecaster_or_404(slug: str) -> Forecaster:
    forecaster = Forecaster.objects.filter(slug=slug).first()
    if forecaster is None:
        raise Http404(unknown_forecaster(slug).reason)
    return forecaster
