"""iCalendar files of a competition and of a team."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from tests.factories import (
    KICKOFF,
    CompetitionFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    move,
    record,
    upcoming_match,
)

pytestmark = pytest.mark.django_db
COMPETITION = "/competitions/premier-league/calendar.ics"
TEAM = "/teams/ashford/calendar.ics"
HOSTILE = "A,sh;ford\r\nEND:VCALENDAR\x1b \N{ARABIC LETTER AIN}\N{RIGHT-TO-LEFT OVERRIDE}\N{SOCCER BALL}\\n"


def read_calendar(client, path: str) -> Calendar:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def events(client, path: str = COMPETITION) -> list[Event]:
    return read_calendar(client, path).walk("VEVENT")


def only_event(client, path: str = COMPETITION) -> Event:
    (event,) = events(client, path)
    return event


def unescaped(text: str) -> str:
    """Text of a property that the library parses as it stands in the file."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], text)


@pytest.mark.parametrize("path", [COMPETITION, TEAM])
def test_a_page_links_to_its_calendar_in_the_head_and_visibly(site, see, path):
    head, body = see(path.removesuffix("calendar.ics")).html.split("</head>")

    name = "Premier League" if path == COMPETITION else "Ashford"
    assert f'type="text/calendar" title="{name}: matches" href="{path}"' in head
    assert f'<a href="{path}">Calendar (iCalendar)</a>' in body


def test_a_match_is_an_event_of_two_hours_in_utc(client):
    match = MatchFactory()

    event = only_event(client)

    assert event["SUMMARY"] == "Ashford - Barrow"
    assert event.decoded("DTSTART") == KICKOFF
    assert event.decoded("DTEND") == KICKOFF + timedelta(hours=2)
    assert event["STATUS"] == "CONFIRMED"
    assert event["UID"] == f"match-{match.pk}@127.0.0.1"
    assert event["URL"] == f"http://127.0.0.1:8000/matches/{match.pk}/"
    assert (event["SEQUENCE"], event.get("LAST-MODIFIED")) == (0, None)
    assert event.decoded("DTSTAMP") == datetime(2025, 8, 1, tzinfo=UTC)


def test_a_result_is_in_the_summary_and_is_the_last_change(client):
    revision = record(MatchFactory(), 2, 1)

    event = only_event(client)

    assert event["SUMMARY"] == "Ashford - Barrow: 2-1"
    assert event["SEQUENCE"] == 1
    changed_at = revision.recorded_at.replace(microsecond=0)
    assert event.decoded("LAST-MODIFIED") == event.decoded("DTSTAMP") == changed_at


def test_a_moved_kickoff_keeps_the_event_with_a_higher_sequence(client):
    match = upcoming_match()
    before = only_event(client)

    move(match, match.kickoff_at + timedelta(days=3))

    after = only_event(client)
    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == before.decoded("DTSTART") + timedelta(days=3)
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("LAST-MODIFIED")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("postponed", "TENTATIVE"), ("suspended", "TENTATIVE"), ("cancelled", "CANCELLED")],
)
def test_a_match_that_does_not_take_place_says_so(client, status, expected):
    record(MatchFactory(), status=status)

    event = only_event(client)

    assert event["STATUS"] == expected
    assert event["SUMMARY"] == f"Ashford - Barrow: {status}"


def test_a_kickoff_known_by_day_only_is_an_event_of_the_whole_day(client):
    midnight_in_london = datetime(2025, 8, 15, 23, 0, tzinfo=UTC)
    MatchFactory(kickoff_at=midnight_in_london, kickoff_time_known=False)

    event = only_event(client)

    assert event.decoded("DTSTART") == date(2025, 8, 16)
    assert event.decoded("DTEND") == date(2025, 8, 17)
    assert b"DTSTART;VALUE=DATE:20250816\r\n" in client.get(COMPETITION).content


def test_the_calendar_of_a_team_has_its_matches_in_all_competitions(client):
    cup = SeasonFactory(competition=CompetitionFactory(slug="cup", name="Cup"))
    MatchFactory()
    MatchFactory(season=cup, home_team=TeamFactory(name="Corby"), away_team=TeamFactory(name="Ashford"))
    MatchFactory(home_team=TeamFactory(name="Corby"), away_team=TeamFactory(name="Derby"))

    assert {event["SUMMARY"] for event in events(client, TEAM)} == {"Ashford - Barrow", "Corby - Ashford"}


def test_last_season_stays_when_the_next_is_added_and_older_ones_go(client):
    for year in (2023, 2024, 2025):
        season = SeasonFactory(
            label=f"{year}/{year - 1999}", starts_on=date(year, 8, 1), ends_on=date(year + 1, 5, 31)
        )
        MatchFactory(season=season, kickoff_at=KICKOFF.replace(year=year))

    assert [event.decoded("DTSTART").year for event in events(client)] == [2024, 2025]


def test_an_empty_calendar_is_valid(client):
    CompetitionFactory()

    calendar = read_calendar(client, COMPETITION)

    assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "Premier League"
    assert calendar.walk("VEVENT") == []


def test_hostile_names_stay_text(client):
    match = MatchFactory(home_team=TeamFactory(name=HOSTILE, slug="ashford"), round_label=HOSTILE)
    match.season.competition.name = HOSTILE
    match.season.competition.save()

    for path in (COMPETITION, TEAM):
        content = client.get(path).content
        assert content.count(b"END:VCALENDAR\r\n") == 1 + content.count(b"\\nEND:VCALENDAR\r\n")
        assert b"\x1b" not in content
        assert max(map(len, content.split(b"\r\n"))) <= 75
        calendar = Calendar.from_ical(content)
        name = HOSTILE.replace("\r\n", "\n").replace("\x1b", "\N{REPLACEMENT CHARACTER}")
        assert {unescaped(calendar[each]) for each in ("NAME", "X-WR-CALNAME")} == {name}
        (event,) = calendar.walk("VEVENT")
        assert event["SUMMARY"] == f"{name} - Barrow"
        assert name in event["DESCRIPTION"]


def test_a_calendar_may_be_cached_and_an_unchanged_one_is_not_sent_again(client):
    MatchFactory()
    first = client.get(COMPETITION)

    again = client.get(COMPETITION, headers={"if-none-match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=900"
    assert first.headers["Content-Disposition"] == 'inline; filename="premier-league.ics"'
    assert again.status_code == 304


def test_the_number_of_queries_does_not_depend_on_the_number_of_matches(client, django_assert_num_queries):
    for number in range(6):
        record(MatchFactory(home_team=TeamFactory(name=f"Team {number}")), 1, 0)

    with django_assert_num_queries(6):
        client.get(COMPETITION)


@pytest.mark.parametrize("path", [COMPETITION, TEAM])
def test_an_unknown_subject_is_not_found_and_an_unknown_parameter_is_refused(client, path):
    assert client.get(path).status_code == 404
    MatchFactory()
    assert client.get(f"{path}?colour=red").status_code == 400
