"""Jinja environment of the public pages, and the functions that all pages use, e.g. for links."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.defaultfilters import capfirst, date, pluralize, truncatechars
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment

from content.pages import filters, labels, marks
from content.pages.charts.forecast_charts import place_shade
from content.pages.follow import structured_data
from content.pages.follow.link_images import general_image
from content.pages.selectors.freshness import Freshness, current
from content.text.numbers import ordinal_digits, ordinal_word
from content.text.results import moved_in_words
from core.http.links import absolute, link
from matches.tables.wording import group_label
from stats.metrics import BY_NAME, RANKED
from stats.refresh import matviews

# Parameters that identify a page; others, e.g. the order, are not part of the canonical URL.
CANONICAL = ("competition", "season", "stage", "group", "team", "round", "a", "b", "page")


def freshness(view: str | None = None) -> tuple[Freshness, str]:
    """Return the freshness of a leaderboard view, and the date format in which to show its update time.

    Without `view`, returns the freshness of all boards except the team boards. The format omits the date if
    the update was today.
    """
    now = timezone.now()
    state = current(now, view=view or matviews.VERSIONED)
    is_today = state.updated_at is not None and state.updated_at.date() == now.date()
    return state, "H:i:s" if is_today else "j M Y, H:i"


def canonical(request: HttpRequest) -> str:
    """Return the canonical URL of this page, without parameters that do not identify it."""
    query = [(name, request.GET[name]) for name in CANONICAL if request.GET.get(name)]
    query = [each for each in query if each != ("page", "1")]
    return absolute(f"{request.path}{'?' if query else ''}{urlencode(query)}")


def querystring(request: HttpRequest, **changes: Any) -> str:
    """Return the query string of this page with some parameters changed; None removes a parameter."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def nav_link(request: HttpRequest, name: str, label: str) -> SafeString:
    """Render a link of the main navigation, with aria-current on the pages of the linked section."""
    href = link(name)
    here = mark_safe(' aria-current="page"') if request.path.startswith(href) else ""
    return format_html('<a href="{}"{}>{}</a>', href, here, label)


# What a table needs in each cell is a filter: Jinja calls a function of its environment in several steps.
FILTERS = (
    *(
        filters.figure,
        filters.percent,
        filters.chance,
        filters.measure,
        filters.difference,
        filters.odds,
        filters.named,
        filters.duration,
        filters.signed,
        filters.rank,
        filters.moment,
        filters.kickoff,
    ),
    *(filters.score, filters.extras, filters.result, filters.became, moved_in_words),
    *(filters.headline, filters.scores_together, filters.sentence, filters.grouped_by),
    *(filters.stage_and_round, filters.url_of_round, group_label, ordinal_word, ordinal_digits),
    *(labels.letters, labels.kind, labels.provenance_badge, labels.exposure_badge, labels.and_others),
    *(labels.probability_cell, labels.received, marks.mark, marks.crest, marks.colour),
    *(structured_data.script, link, capfirst, date, pluralize, truncatechars),
)
FUNCTIONS = (
    *(labels.status_pill, labels.kind_badge, labels.provenance_badge),
    *(labels.provisional_badge, labels.provisional_heading, labels.moved_mark),
    *(labels.kinds_in_words, labels.countdown, filters.day_span),
    filters.kickoff_time,
    *(general_image, freshness, canonical, querystring, nav_link, link, static, place_shade),
)


def environment(**options: Any) -> Environment:
    """Create the Jinja environment of the public pages; referenced by settings.TEMPLATES."""
    created = Environment(**options | {"undefined": ChainableUndefined, "keep_trailing_newline": True})
    created.filters |= {each.__name__: each for each in FILTERS}
    created.globals |= {each.__name__: each for each in FUNCTIONS}
    created.globals |= {
        name: getattr(labels, name)
        for name in ("PROVENANCES", "BACK_TEST", "HINDSIGHT", "AFTER_EXPOSURE", "PAUSED")
    }
    created.globals |= {"METRICS": BY_NAME, "RANKED": RANKED}
    return created
