"""The status page. It stands here because it shows what operators see; `config.urls` mounts it."""

from django.urls import path

from ops import views

urlpatterns = [path("status/", views.status, name="status")]
