"""Root URLconf."""

from django.contrib import admin
from django.urls import include, path

from ops import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    path("status/", views.status, name="status"),
    path("", include("content.pages.urls")),
]

# For paths under /api/ these handlers return problem+json, also for errors outside API views.
handler400 = "core.api.problems.bad_request"
handler500 = "core.http.database_outage.server_error"
