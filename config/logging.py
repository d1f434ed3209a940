"""Structured logs: one line per event.

The project's loggers are `matches`, `scoring`, `stats`, `content`, `feeds`, `pipeline` and `cron`. While a
job runs, the runner adds `job`, `kind`, `match` and `attempt` to every event, so log calls need not repeat
them.
"""

import logging.config
from typing import Any

import structlog

LOGGERS = ("matches", "scoring", "stats", "content", "feeds", "pipeline", "cron")

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def config(*, level: str, style: str) -> dict[str, Any]:
    """Return the logging configuration for `logging.config.dictConfig`.

    `style` is `json` (one object per line) or `console` (for people).
    """
    render = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    render,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {name: {"level": level} for name in LOGGERS},
    }


def configure(dictionary: dict[str, Any]) -> None:
    """Set up logging and structlog; Django calls it with settings.LOGGING."""
    logging.config.dictConfig(dictionary)
    structlog.configure(
        processors=[
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
