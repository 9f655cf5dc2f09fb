"""Where everything is."""

from django.contrib import admin
from django.urls import include, path, re_path
from rest_framework.urls import urlpatterns as log_in_and_out

from conference_go import pages
from conference_go.whereabouts import Whereabouts
from presentations import pages as first_message
from web.errors import no_course_log_in
from web.health import Health
from web.icon import icon
from web.refused import unknown_path

admin.site.enable_nav_sidebar = False  # its tables need the room
urlpatterns = [
    path("", pages.start, name="start"),
    path("favicon.ico/", icon),
    path("admin/", admin.site.urls),
    path("login/", no_course_log_in),
    path("messages/", include("message_docs.urls")),
    path("first-message/", first_message.FirstMessage.as_view(), name="send-first-message"),
    path("first-message/<int:pk>/", first_message.shown, name="first-message"),
    path("api/", pages.Root.as_view()),
    path("api/health/", Health.as_view()),
    path("api/whereabouts/", Whereabouts.as_view()),
    path("api/", include("web.docs")),
    path("api/auth/", include((log_in_and_out, "rest_framework"))),
    path("api/", include("events.urls")),
    path("api/", include("presentations.urls")),
    path("api/", include("accounts.urls")),
    path("api/", include("usage.urls")),
    # Also while DEBUG is on, when Django would show its own page instead of calling handler404.
    re_path(r"^", unknown_path),
]
handler400 = "web.errors.bad_request"
handler404 = "web.refused.unknown_path"
handler500 = "web.errors.our_fault"
