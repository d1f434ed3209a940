"""Write and publish roundups. Drafts are created outside transactions and published inside one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, Exists, F, Q
from django.db.models.expressions import RawSQL

from content.models import Roundup
from content.roundups import generate, supersede_reason
from content.roundups.facts import Facts, MatchUnknown, gather
from content.roundups.markdown import render
from core.db import sql
from core.db.prepared import PreparedQuery
from core.pipeline.models import JobRun, match_subject_of
from matches.models import Match
from matches.statuses import SETTLED
from scoring.models import Settlement
from scoring.services import outdated_condition
from stats.refresh import matviews

SCORING = {"kind": "score_match", "state__in": JobRun.OPEN}  # runs that are about to settle a match
_WOULD_CHANGE = outdated_condition("scoring_settlement.id")
WAIT = "The next refresh will schedule its roundup."


class NotReady(Exception):
    """The roundup cannot be written yet. The message contains the missing precondition."""


class AwaitsScoring(NotReady):
    """The match is about to be scored again, which may fail or change nothing. Retry later."""


class SettledAgain(NotReady):
    """The match was settled again while its roundup was written."""


class FactsChanged(Exception):
    """The facts changed while the draft was written. It must be written again."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Rendered, unpublished article with its facts.

    `snapshot`: PostgreSQL's snapshot before the facts were gathered. If it has not changed, publish() need
    not gather them again. None if the draft was made inside a transaction, whose own writes do not change
    the snapshot.
    """

    facts: Facts
    article: generate.RenderedArticle
    body_html: str
    snapshot: str | None


def draft(match_id: int, *, writer: str = "template", rewrite: bool = False) -> Draft:
    """Gather the facts; write and render the article. Publishes nothing; call it outside transactions.

    If `rewrite` is set, a language model is queried even if it has already written about these facts. Raises
    MatchUnknown, NotReady if the newest result is not on the leaderboards yet, and AwaitsScoring if the match
    is about to be scored again.
    """
    snapshot = None if connection.in_atomic_block else sql.snapshot()
    settlement = _require_counted(match_id)
    facts = gather(match_id)
    if facts["match"]["settlement_id"] != settlement.pk:  # the leaderboards may not show the newer one
        raise SettledAgain(f"Match {match_id} was scored again while its roundup was written. {WAIT}")
    article = generate.article_of(facts, writer=writer, rewrite=rewrite)
    return Draft(facts, article, render(article.body), snapshot)


_current_settlement = PreparedQuery(
    lambda match_id: Settlement.objects.filter(match=match_id, superseded_at__isnull=True).annotate(
        is_newest=Q(result_version=F("match__result_version")),
        is_shown=matviews.shows_settlement(),
        is_due=Exists(JobRun.objects.filter(**SCORING, subject=match_subject_of("match_id")))
        & RawSQL(_WOULD_CHANGE, (), output_field=BooleanField()),
    )
)


def _require_counted(match_id: int) -> Settlement:
    """Return the settlement of the match's newest result; raise NotReady unless the leaderboards show it.

    A single statement reads everything from one snapshot. It compares ids, not times, so that a wrong clock
    has no effect.

    - NotReady: the result is not scored or not shown yet. A later refresh shows it and schedules the roundup.
    - AwaitsScoring: the same result is to be scored again. The caller must retry, because scoring may fail,
      and then no refresh follows.
    """
    settlement: Any = next(iter(_current_settlement(match_id)), None)  # Any: annotated
    if settlement is None or not settlement.is_newest:
        raise NotReady(f"Match {match_id} is {_status(match_id)}; its result is not scored. {WAIT}")
    if settlement.is_due:
        raise AwaitsScoring(f"Match {match_id} is about to be scored again.")
    if not settlement.is_shown:
        raise NotReady(f"The views are older than the settlement of match {match_id}. {WAIT}")
    found: Settlement = settlement
    return found


def _status(match_id: int) -> str:
    status: str | None = Match.objects.filter(pk=match_id).values_list("status", flat=True).first()
    if status is None:
        raise MatchUnknown(f"No match with id {match_id}; see /api/v1/matches/.")
    return status


def publish(new: Draft, *, at: datetime, force: bool = False) -> Roundup | None:
    """Publish the draft as a new version and supersede the former one with a reason; return the new version.

    Without `force`, two cases do not create a new version:

    - If the published version has the same settlement and text, only its facts are updated. If they are equal
      as well, nothing is done and None is returned.
    - If the published version has no predictions and the draft has some, for the same result, the published
      version is replaced in place (docs/adr/0032).

    Locks the match row. Raises SettledAgain if the match was settled again since the facts were gathered,
    FactsChanged if other facts changed.
    """
    with transaction.atomic():
        match = Match.objects.select_for_update().get(pk=new.facts["match"]["id"])
        if sql.snapshot() != new.snapshot:
            _require_unchanged(match, new.facts)
        newest = Roundup.objects.filter(match=match).order_by("-version").first()
        former = newest if newest and newest.status == Roundup.Status.PUBLISHED else None
        if former and not force and _lacked_predictions(former, new.facts):
            return _complete(former, new, at=at)
        if former and not force and _is_identical(former, new):
            return former if _update_facts(former, new) else None
        if former:
            _supersede(former, supersede_reason.of(former, new.facts, on_request=force))
        version = newest.version + 1 if newest else 1
        return Roundup.objects.create(match=match, version=version, published_at=at, **_content(new, at=at))


def _require_unchanged(match: Match, facts: Facts) -> None:
    drafted = facts["match"]["settlement_id"], facts["match"]["result_version"]
    current = Settlement.objects.filter(match=match, superseded_at__isnull=True).first()
    if current is None or drafted != (current.pk, match.result_version):
        raise SettledAgain(f"Match {match.pk} was settled again while its roundup was written. {WAIT}")
    if gather(match.pk) != facts:
        raise FactsChanged(f"The facts of match {match.pk} changed while its roundup was written.")


def _update_facts(published: Roundup, new: Draft) -> bool:
    """Store the facts of the draft in the published roundup; return False if they are the same.

    The API returns these facts. They may have changed although the text is the same, because the text need
    not mention all of them.
    """
    if published.facts == new.facts:
        return False
    published.facts, published.spans, published.checks = new.facts, new.article.spans, new.article.checks
    published.save(update_fields=["facts", "spans", "checks"])
    return True


def _is_identical(former: Roundup, new: Draft) -> bool:
    texts = former.title, former.summary, former.body
    same_text = texts == (new.article.title, new.article.summary, new.article.body)
    return same_text and former.settlement_id == new.facts["match"]["settlement_id"]


def _lacked_predictions(former: Roundup, facts: Facts) -> bool:
    """Return True if the former article has no predictions, the facts have some, and the result is the same.

    The score that counts must also be the same: if the competition's score basis changed, a new version is
    needed.
    """
    return (
        former.result_version == facts["match"]["result_version"]
        and _goals(former.facts) == _goals(facts)
        and not _prediction_count(former.facts)
        and bool(_prediction_count(facts))
    )


def _goals(facts: Facts) -> tuple[int, int] | None:
    """Return the goals (home, away) that count, or None.

    To compare scores, use these numbers and not the text of the score, whose wording may differ in old facts.
    """
    score = facts["match"]["score"]
    return (score["home"], score["away"]) if score else None


def _prediction_count(facts: Facts) -> int:
    """Return the number of predictions, including hindsight ones. Old facts have no key `hindsight`."""
    return int(facts["field"]["predictions"]) + int(facts["field"].get("hindsight", 0))


def _complete(published: Roundup, new: Draft, *, at: datetime) -> Roundup:
    """Replace, in place, the content of a published article that has no predictions (docs/adr/0032)."""
    for name, value in _content(new, at=at).items():
        setattr(published, name, value)
    published.save()
    return published


def _supersede(former: Roundup, reason: str) -> None:
    former.status = Roundup.Status.SUPERSEDED
    former.supersede_reason = reason
    former.save(update_fields=["status", "supersede_reason"])


def _content(new: Draft, *, at: datetime) -> dict[str, Any]:
    """Return the columns of a roundup that depend on its draft."""
    article, match = new.article, new.facts["match"]
    return {
        "result_version": match["result_version"],
        "settlement_id": match["settlement_id"],
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "body_html": new.body_html,
        "facts": new.facts,
        "spans": article.spans,
        "writer": article.writer,
        "model": article.model,
        "tokens": article.tokens,
        "checks": article.checks,
        "written_at": at,
    }


def withdraw(match_id: int) -> bool:
    """Withdraw the published roundup if the match is not over after all. Returns False if it did nothing."""
    with transaction.atomic():
        match = Match.objects.select_for_update().get(pk=match_id)
        former = Roundup.objects.filter(match=match, status=Roundup.Status.PUBLISHED).first()
        settled = Settlement.objects.filter(match=match, superseded_at__isnull=True).exists()
        if former is None or settled or match.status in SETTLED:
            return False
        _supersede(former, f"the match is {match.status}, not finished")
        return True
