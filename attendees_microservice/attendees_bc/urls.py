"""Where everything is."""

from django.contrib import admin
from django.urls import include, path, re_path

from web.icon import icon
from web.refused import unknown_path

urlpatterns = [
    path("favicon.ico/", icon),
    path("admin/", admin.site.urls),
    path("", include("attendees.urls")),
    # Also while DEBUG is on, when Django would show its own page instead of calling handler404.
    re_path(r"^", unknown_path),
]
handler400 = "web.errors.bad_request"
handler404 = "web.refused.unknown_path"
handler500 = "web.errors.our_fault"
