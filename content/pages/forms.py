"""Forms that declare and validate the query parameters of the public pages."""

from functools import cache, cached_property
from typing import Any, Self

from django import forms
from django.forms.renderers import Jinja2
from django.http import HttpRequest, QueryDict

from matches.models import Competition, Forecaster, Season, Team
from matches.statuses import Status
from stats.leaderboards import DEFAULT_ORDERING, ORDERINGS, Board

# Tracking parameters that other sites add to links; pages must open nevertheless.
TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


class BadParameter(ValueError):
    """Unknown or invalid query parameter. The page responds with 400 and its name."""

    def __init__(self, name: str, problem: str) -> None:
        self.name, self.problem = name, problem
        super().__init__(f"{name}: {problem}")


class PageForm(forms.Form):
    """Base form, without any parameters."""

    default_renderer = Jinja2()  # shared by all forms, because it caches compiled templates

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)

    @classmethod
    @cache
    def unasked(cls) -> Self:
        """Return the validated form of an empty query; created once."""
        form = cls(QueryDict())
        form.full_clean()
        return form


class Paged(PageForm):
    page = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)


def read(request: HttpRequest, form_class: type[PageForm] = PageForm) -> Any:
    """Validate the query of a request; return the form, whose `cleaned_data` has every field (or None or "").

    Raises BadParameter for the first parameter that is unknown, given twice, or invalid: a misspelt filter
    must not silently show another page than the requested one.
    """
    if not request.GET:
        return form_class.unasked()
    form = form_class(request.GET)
    for name, values in request.GET.lists():
        if name not in form.fields:
            if name.startswith(TRACKING):
                continue
            known = ", ".join(form.fields) or "none"
            raise BadParameter(name, f"This page has no such parameter. It knows: {known}.")
        if len(values) > 1:
            raise BadParameter(name, "It is given more than once.")
        if "\x00" in values[0]:
            raise BadParameter(name, "It contains a null character.")
    for name, errors in form.errors.items():
        raise BadParameter(name, " ".join(map(str, errors)))
    return form


class MatchFilter(Paged):
    """Filters of the list of matches, with the same names and meaning as in the API."""

    season = forms.ModelChoiceField(
        Season.objects.select_related("competition"), required=False, empty_label="All seasons"
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), required=False, to_field_name="slug", empty_label="All teams"
    )
    status = forms.ChoiceField(choices=[("", "Any status"), *Status.choices], required=False)
    # `from` is a Python keyword, so `from` and `to` are declared below.


def _day(label: str) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, input_formats=["%Y-%m-%d"], widget=picker)


MatchFilter.base_fields |= {"from": _day("From"), "to": _day("To")}


class BoardFilter(Paged):
    """Filters and order of a leaderboard, with the same names and meaning as in the API."""

    competition = forms.ModelChoiceField(Competition.objects.all(), required=False, to_field_name="slug")
    season = forms.ModelChoiceField(Season.objects.select_related("competition"), required=False)
    team = forms.ModelChoiceField(Team.objects.all(), required=False, to_field_name="slug")
    kind = forms.ChoiceField(choices=[("", "All kinds"), *Forecaster.Kind.choices], required=False)
    provenance = forms.ChoiceField(
        choices=[
            ("all", "All"),
            ("live", "Live only"),
            ("archive", "Archive only"),
            ("hindsight", "Hindsight only"),
        ],
        required=False,
    )
    min_matches = forms.IntegerField(
        min_value=0,
        max_value=1_000_000,
        required=False,
        widget=forms.NumberInput(attrs={"placeholder": "auto"}),
    )
    ordering = forms.ChoiceField(choices=[(name, name) for name in ORDERINGS], required=False)

    @cached_property
    def widgets(self) -> dict[str, str]:
        """Rendered HTML of the fields whose choices do not depend on the database."""
        return {name: str(self[name]) for name in ("kind", "provenance", "min_matches")}

    @property
    def board(self) -> Board:
        """The requested board; a season takes precedence over its competition.

        Raises BadParameter if the parameters contradict each other.
        """
        chosen = self.cleaned_data
        if chosen["team"] and (chosen["season"] or chosen["competition"]):
            raise BadParameter(
                "team", "A team's board covers all its competitions and seasons: choose one of them."
            )
        if chosen["season"] and chosen["competition"] not in (None, chosen["season"].competition):
            raise BadParameter("season", f"{chosen['season']} is not a season of {chosen['competition']}.")
        thing = chosen["team"] or chosen["season"] or chosen["competition"]
        return Board.of(thing) if thing else Board()

    @property
    def order(self) -> str:
        return self.cleaned_data["ordering"] or DEFAULT_ORDERING
