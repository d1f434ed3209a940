"""Job that draws the images of links, and the function that enqueues it."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.utils import timezone

from content.models import LinkImage
from core.pipeline import ledger, registry
from core.pipeline.models import JobRun
from core.pipeline.runner import Skip

log = structlog.get_logger("content")

AFTER_ROUNDUPS = timedelta(seconds=15)
PER_RUN = 60  # images; a run takes a few seconds


def delay() -> timedelta:
    """Return the delay of the job: it runs after the roundups of matches that end together."""
    return settings.ROUNDUP_DELAY + AFTER_ROUNDUPS


class Drawn(NamedTuple):
    """New images, keys (kind, object id) of images that are no longer wanted, and whether more are left."""

    images: list[LinkImage]
    unwanted: set[tuple[str, int]]
    is_partial: bool


def _draw(run: JobRun) -> Drawn:
    """Draw the images whose texts changed, before the transaction of the job begins."""
    # They import Pillow and selectors of pages, which only the workers of this queue need.
    from content.link_images import drawing, pictures

    now = timezone.now()
    wanted = {picture.key: picture for picture in pictures.wanted(now)}
    rows = LinkImage.objects.values_list("kind", "object_id", "digest")
    stored = {(kind, object_id): digest for kind, object_id, digest in rows}
    changed = (picture for key, picture in wanted.items() if stored.get(key) != picture.digest)
    images = [
        LinkImage(
            kind=picture.kind,
            object_id=picture.object_id,
            digest=picture.digest,
            png=drawing.draw(picture),
            drawn_at=now,
        )
        for picture in islice(changed, PER_RUN)
    ]
    return Drawn(images, stored.keys() - wanted.keys(), next(changed, None) is not None)


@registry.job(
    queue="teams",
    prepare=_draw,
    longest_wait=delay,
    is_brought_forward=False,
    is_background=True,
    imports=("content.link_images.drawing",),
)
def draw_link_images(*, run: JobRun, prepared: Any) -> None:
    """Store the images whose texts changed and delete those that are no longer wanted.

    Enqueues another job if more are left. Raises Skip if nothing changed.
    """
    drawn: Drawn = prepared
    if not drawn.images and not drawn.unwanted:
        raise Skip("No image has changed.")
    for kind, object_id in drawn.unwanted:
        LinkImage.objects.filter(kind=kind, object_id=object_id).delete()
    LinkImage.objects.bulk_create(
        drawn.images,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["digest", "png", "drawn_at"],
    )
    if drawn.is_partial:
        request_link_images(now=timezone.now(), cause=run)
    log.info("link images drawn", drawn=len(drawn.images), deleted=len(drawn.unwanted))


def request_link_images(*, now: datetime, cause: JobRun | None) -> None:
    """Enqueue the job unless one is queued already."""
    ledger.enqueue("draw_link_images", {"all": "images of links"}, now=now, delay=delay(), triggered_by=cause)
