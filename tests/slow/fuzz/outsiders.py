"""What feeds and makers of models say: in the hostile season all of it is an attack, too."""

from hashlib import sha256

from django.utils import timezone

from matches.feeds.polling.seed import feed_named
from matches.models import (
    ApiKey,
    Commitment,
    FeedProblem,
    FeedRequest,
    FeedSnapshot,
    FeedSubscription,
    Forecaster,
    Match,
    MatchSource,
    Season,
    StoredResponse,
    Timestamp,
    UnknownTeam,
)


def feeds(seasons: list[Season], matches: list[Match], texts: list[str]) -> None:
    """A subscription for each text: its code, its marks, its answers, its problems and its names."""
    feed, now = feed_named("football-data"), timezone.now()
    links = {link.match_id: link for link in MatchSource.objects.all()}
    for season, match, text in zip(seasons, matches, texts, strict=True):
        subscription = FeedSubscription.objects.create(
            feed=feed,
            season=season,
            code=text[:100],
            zone=text[:40],
            error=text,
            etag=text[:200],
            last_modified=text[:60],
            marked_url=text[:300],
        )
        FeedRequest.objects.create(feed=feed, subscription=subscription, outcome=text[:20], asked_at=now)
        FeedSnapshot.objects.create(
            subscription=subscription,
            external_id=text[:80],
            link=links[match.pk],
            home=text[:100],
            away=text[:100],
            round_label=text[:40],
            stage=text[:100],
            group=text[:40],
            reason=text[:200],
            kickoff_at=match.kickoff_at,
            status="finished",
            home_score=9,
            away_score=9,
            doubt=text[:300],
            digest="-",
            first_reported_at=now,
        )
        FeedProblem.objects.create(
            subscription=subscription, about=text[:120], text=text, first_seen_at=now, last_seen_at=now
        )
        UnknownTeam.objects.create(
            source=text[:40], name=text[:100], example=text[:250], first_seen_at=now, last_seen_at=now
        )


def makers(forecasters: list[Forecaster], matches: list[Match], texts: list[str]) -> None:
    """A key for each text, an answer that is kept, and a commitment to each match with a timestamp."""
    now = timezone.now()
    for place, (forecaster, match, text) in enumerate(zip(forecasters, matches, texts, strict=True)):
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        key = ApiKey.objects.create(
            name=text[:80],
            maker=text[:80],
            prefix=f"key{place}",
            digest=digest,
            scopes=["predict"],
            created_at=now,
        )
        key.forecasters.add(forecaster)
        StoredResponse.objects.create(
            key=key, name=text[:100], request=digest, body={text: text}, stored_at=now
        )
        commitment = Commitment.objects.create(
            match=match,
            number=1,
            size=1,
            root=digest,
            locked_at=match.lock_at,
            before_result=False,
            about=dict.fromkeys(("competition", "season", "round", "home", "away"), text),
        )
        Timestamp.objects.create(
            commitment=commitment, authority=text[:200], stated_at=now, answer=text.encode("utf-8", "replace")
        )
