"""URLconf of the status page, included by `config.urls`."""

from django.urls import path

from ops import views

urlpatterns = [path("status/", views.status, name="status")]
