"""Where everything is mounted."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    path("", include("ops.urls")),
    path("", include("content.pages.urls")),
]

# Errors outside a view of the API are problem+json all the same, wherever the path is under /api/.
handler400 = "core.api.problems.bad_request"
handler500 = "core.http.database_outage.server_error"
