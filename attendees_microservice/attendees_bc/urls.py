"""Where everything is."""

from django.contrib import admin
from django.urls import include, path, re_path

from web.errors import unknown_path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("attendees.urls")),
    # Also while DEBUG is on, when Django would show its own page instead of calling handler404.
    re_path(r"^api/", unknown_path),
]
handler400 = "web.errors.bad_request"
handler404 = "web.errors.unknown_path"
handler500 = "web.errors.our_fault"
