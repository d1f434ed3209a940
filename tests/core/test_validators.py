"""What is typed in the admin can be seen: no control characters, no text that reads in another order."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.admin.audit import PlainAdmin, PlainInline
from core.validators import known_time_zone
from matches.models import Competition, Team, TeamAlias
from tests.factories import CompetitionFactory, TeamFactory

pytestmark = pytest.mark.django_db

HIDDEN = [
    "\x1b[31mCup",
    "C\x01up",
    "C\nup",
    "C\tup",
    "C\u2028up",
    "C\u202eup",
    "C\u202aup",
    "C\u2066up\u2069",
    "C\x85up",
]
PLAIN = [
    "Cup \U0001f469\u200d\u2764\ufe0f\u200d\U0001f469",
    "Coupe e\u0301te\u0301",
    "\u05d0\u200f Cup",
    "\u0e16\u0e49\u0e27\u0e22 2",
]
SAYS_NOTHING = ["\u200b", "\u2800", "\u3164", "...", "\u200d\u200b", "\U0001f600"]
REFUSED = "Remove line breaks and invisible characters"
IN_WORDS = "at least one letter or digit"


@pytest.fixture
def operator(as_member):
    return as_member("operator")


@pytest.fixture
def cup() -> Competition:
    return CompetitionFactory(slug="cup", name="The Cup")


def save(client, cup: Competition, **changes: str) -> str:
    fields = ("name", "slug", "country", "score_basis", "time_zone", "settle_sources", "settle_wait")
    sent = {name: getattr(cup, name) for name in fields}
    url = reverse("admin:matches_competition_change", args=[cup.pk])
    answer = client.post(url, {**sent, "reason": "a test", **changes}, follow=True)
    cup.refresh_from_db()
    return answer.content.decode()


@pytest.mark.parametrize("text", HIDDEN, ids=ascii)
def test_hidden_characters_are_refused_in_a_name_and_in_a_reason(operator, cup, text):
    assert REFUSED in save(operator, cup, name=text)
    assert REFUSED in save(operator, cup, country="Wales", reason=text)
    assert (cup.name, cup.country == "Wales") == ("The Cup", False)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("text", PLAIN, ids=ascii)
def test_marks_that_writing_needs_are_kept(operator, cup, text):
    save(operator, cup, name=text, reason=text)
    assert cup.name == text
    assert LogEntry.objects.get().get_change_message().endswith(f"Reason: {text}")


@pytest.mark.parametrize("reason", SAYS_NOTHING, ids=ascii)
def test_a_reason_that_says_nothing_is_none(operator, cup, reason):
    assert IN_WORDS in save(operator, cup, country="Wales", reason=reason)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("reason", ["7", "\u00e9", "\u7406\u7531"])
def test_one_letter_or_digit_is_enough(operator, cup, reason):
    save(operator, cup, country="Wales", reason=reason)
    assert cup.country == "Wales"


def test_an_operation_takes_plain_text_only(operator):
    team = TeamFactory(name="Ashford")
    url = reverse("admin:matches_team_do", args=[team.pk, "rename"])
    sent = {"confirmed": "yes", "name": "Ashford Town", "renamed_on": "2018-04-19", "reason": "they say so"}

    assert REFUSED in operator.post(url, {**sent, "name": "Ash\u202eford"}).content.decode()
    assert REFUSED in operator.post(url, {**sent, "reason": "\x1b[2J cleared"}).content.decode()
    assert IN_WORDS in operator.post(url, {**sent, "reason": "\u200b"}).content.decode()
    assert Team.objects.get().name == "Ashford"
    assert operator.post(url, sent).status_code == 302


def test_rows_within_a_form_are_plain_too(operator):
    team = TeamFactory(name="Ashford")
    aliases = {"aliases-TOTAL_FORMS": "1", "aliases-INITIAL_FORMS": "0", "aliases-0-source": "feed"}
    sent = {"short_name": team.short_name, "slug": team.slug, "reason": "a test", **aliases}
    url = reverse("admin:matches_team_change", args=[team.pk])
    assert REFUSED in operator.post(url, {**sent, "aliases-0-name": "Ash\x1bford"}).content.decode()
    assert not TeamAlias.objects.exists()


def test_the_reason_of_an_adjustment_says_something_too(operator):
    url = reverse("admin:matches_pointsadjustment_add")
    assert IN_WORDS in operator.post(url, {"reason": "\u2800"}).content.decode()
    assert REFUSED in operator.post(url, {"reason": "a\x01"}).content.decode()


def test_lines_are_kept_where_there_is_room_for_them(operator):
    sent = {"name": "The Oak", "slug": "oak", "kind": "expert", "active_from_0": "", "active_from_1": ""}
    url = reverse("admin:matches_forecaster_add")
    page = operator.post(url, {**sent, "description": "one\r\ntwo\x1b"})
    assert REFUSED in str(page.context["errors"])
    page = operator.post(url, {**sent, "description": "one\r\n\ttwo"})
    assert page.status_code == 302 or REFUSED not in str(page.context["errors"])


def test_every_form_of_ours_takes_plain_text_only():
    others = []
    for model, each in admin.site._registry.items():
        if model._meta.app_label in ("pipeline", "matches", "scoring", "stats", "content", "auth"):
            others += [] if isinstance(each, PlainAdmin) else [model]
            others += [inline for inline in each.inlines if not issubclass(inline, PlainInline)]
    assert others == []


@pytest.mark.parametrize("name", ["UTC", "Europe/London", "America/Argentina/Buenos_Aires"])
def test_names_of_the_time_zone_database_are_accepted(name):
    assert known_time_zone(name) is None


@pytest.mark.parametrize("name", ["", "London", "GMT+25", "europe/london", "../etc/passwd"])
def test_other_time_zones_are_refused(name):
    with pytest.raises(ValidationError, match="Europe/London"):
        known_time_zone(name)
