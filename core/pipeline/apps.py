from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """The durable job ledger. Imports no other app of the project."""

    name = "core.pipeline"
    label = "pipeline"
    verbose_name = "Pipeline"
