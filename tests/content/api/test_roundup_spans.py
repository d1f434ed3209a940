"""Spans of a roundup in the API: each fact where it is in the text, with sources that respond."""

import pytest

from content.models import Roundup
from content.roundups.facts import SCHEMA, Document, gather
from matches.models import Stage
from tests.content.roundups.conftest import count, play, play_blanks, publish, week
from tests.factories import StageFactory, coin, homer, oracle, predict, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def roundup() -> Roundup:
    """The roundup of a corrected match after some weeks, with probabilities and next matches."""
    play_blanks(5)
    play(week(1, "Barrow", "Ashford"), (0, 1), [(0, 1), (1, 0), (1, 1)])
    match = week(2)
    week(3, "Ashford", "Corley")
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0), (0.8, 0.15, 0.05))
    predict(match, coin(), (1, 1), (0.3, 0.4, 0.3))
    play(match, (1, 1))
    record(match, 2, 1, reason="A goal was disallowed by mistake")
    count()
    return publish(match)


def test_every_span_has_its_fact_and_its_sources(roundup, client):
    told = client.get(f"/api/v1/roundups/{roundup.pk}/").json()

    assert len(told["spans"]) > 60
    for span in told["spans"]:
        shown = told[span["text"]][span["start"] : span["end"]]
        assert shown
        value = told["facts"]
        for part in span["address"].split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert span["value"] == value
    points = next(span for span in told["spans"] if span["address"] == "heroes.points")
    match = roundup.match_id
    assert (points["kind"], points["sources"]) == ("points", [f"/api/v1/matches/{match}/predictions/"])


def sources_of(match_id: int) -> set[str]:
    document = Document(gather(match_id), SCHEMA)
    return {source for address, _, _ in document.all() for source in document.sources(address)}


def test_every_source_of_every_fact_responds(roundup, client):
    sources = sources_of(roundup.match_id)

    assert len(sources) > 15
    assert {source: client.get(source).status_code for source in sources} == dict.fromkeys(sources, 200)


def test_the_sources_of_groups_and_ties_respond(client):
    groups = StageFactory(name="Group stage", kind=Stage.Kind.GROUPS)
    cup = StageFactory(name="Knockout stage", kind=Stage.Kind.KNOCKOUT)
    grouped = play(week(1, stage=groups, group="A"), (2, 0))
    week(3, "Barrow", "Ashford", stage=cup, round_label="Semi-final", leg=2)
    tied = play(week(2, stage=cup, round_label="Semi-final", leg=1), (1, 0))

    for match in (grouped, tied):
        for source in sources_of(match.pk):
            assert client.get(source).status_code == 200, source
    assert any("/ties/" in source for source in sources_of(tied.pk))
    assert any("group=A" in source for source in sources_of(grouped.pk))


def test_a_version_from_before_there_were_references_has_no_spans(roundup, client):
    Roundup.objects.update(spans={}, facts={"schema": 4, "match": {"id": 1}})
    assert client.get(f"/api/v1/roundups/{roundup.pk}/").json()["spans"] == []
