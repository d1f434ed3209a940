"""Draft and publish digests. Drafts are made outside transactions and published inside one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from content.digests import due_rounds, supersede
from content.digests.due_rounds import RoundState
from content.digests.facts import gather
from content.digests.template import DigestText, write
from content.models import Digest
from content.roundups.markdown import render
from content.roundups.references.documents import Facts
from core.db import sql
from matches.models import Stage


class RoundChanged(Exception):
    """The round or its facts changed while the digest was written. It must be written again."""


@dataclass(frozen=True, slots=True)
class DigestDraft:
    """Unpublished digest of a round, with its facts.

    `snapshot`: PostgreSQL's snapshot before the facts were gathered. If it has not changed, publish() need
    not gather them again. None if the draft was made inside a transaction.
    """

    played: RoundState
    facts: Facts
    article: DigestText
    body_html: str
    snapshot: str | None


def draft(stage_id: int, label: str) -> DigestDraft | None:
    """Gather the facts of a round and write its digest. Returns None if the round is not complete."""
    snapshot = None if connection.in_atomic_block else sql.snapshot()
    played = due_rounds.find(stage_id, label)
    if played is None or not played.is_complete:
        return None
    facts = gather(played)
    article = write(facts)
    return DigestDraft(played, facts, article, render(article.body), snapshot)


def publish(new: DigestDraft, *, at: datetime) -> Digest | None:
    """Publish the draft as a new version and supersede the former one; return the new version.

    If the published version has the same text, only its facts are updated; returns None if they are equal,
    too. Raises RoundChanged if anything changed since the facts were gathered.
    """
    played = new.played
    with transaction.atomic():
        _lock(played.stage_id)
        if sql.snapshot() != new.snapshot and not _is_unchanged(new):
            raise RoundChanged(f"{played.label} changed while its digest was written.")
        newest = _newest(played.stage_id, played.label)
        former = newest if newest and newest.status == Digest.Status.PUBLISHED else None
        if former and _texts(former) == _texts(new.article):
            return _update(former, new)
        if former:
            _supersede(former, supersede.reason(former.facts, new.facts))
        return Digest.objects.create(
            stage_id=played.stage_id,
            round_label=played.label,
            version=newest.version + 1 if newest else 1,
            title=new.article.title,
            summary=new.article.summary,
            body=new.article.body,
            body_html=new.body_html,
            published_at=at,
            **_basis(new),
        )


def _is_unchanged(new: DigestDraft) -> bool:
    played = due_rounds.find(new.played.stage_id, new.played.label)
    return played == new.played and gather(played) == new.facts


def withdraw(stage_id: int, label: str) -> bool:
    """Withdraw the published digest if a match that it includes is not settled any more.

    Returns False without a digest, or if all of its matches are settled and will be counted soon.
    """
    with transaction.atomic():
        _lock(stage_id)
        newest = _newest(stage_id, label)
        played = due_rounds.find(stage_id, label)
        settled = set(played.match_ids) if played else set()
        if newest is None or newest.status != Digest.Status.PUBLISHED or set(newest.match_ids) <= settled:
            return False
        _supersede(newest, supersede.withdrawn(newest.facts, settled))
        return True


def _lock(stage_id: int) -> None:
    """Lock the row of the stage, so that one digest of it is published at a time."""
    Stage.objects.select_for_update(no_key=True).get(pk=stage_id)


def _newest(stage_id: int, label: str) -> Digest | None:
    return Digest.objects.filter(stage=stage_id, round_label=label).order_by("-version").first()


def _texts(text: Any) -> tuple[str, str, str]:
    return text.title, text.summary, text.body


def _basis(new: DigestDraft) -> dict[str, Any]:
    """Return the columns that depend on the facts alone, and the spans."""
    return {
        "facts": new.facts,
        "spans": {name: [list(span) for span in spans] for name, spans in new.article.spans.items()},
        "match_ids": new.played.match_ids,
        "settlement_ids": new.played.settlement_ids,
        "as_of": new.played.as_of,
    }


def _update(published: Digest, new: DigestDraft) -> Digest | None:
    if published.facts == new.facts and published.settlement_ids == new.played.settlement_ids:
        return None
    for name, value in _basis(new).items():
        setattr(published, name, value)
    published.save()
    return published


def _supersede(former: Digest, reason: str) -> None:
    former.status = Digest.Status.SUPERSEDED
    former.supersede_reason = reason
    former.save(update_fields=["status", "supersede_reason"])
