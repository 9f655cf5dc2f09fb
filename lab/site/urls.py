"""Where everything of the lab is."""

from django.urls import include, path

from lab.site import organisers, pages

urlpatterns = [
    path("", include("lab.board.urls")),
    path("compare/", include("lab.compare.urls")),
    path("experiments/", include("lab.experiments.urls")),
    path("", include("lab.log.urls")),
    path("dead-letters/", include("lab.dead.views")),
    path("why/", include("lab.why.views")),
    path("api/health/", pages.health),
    path("log-in/", organisers.log_in, name="log-in"),
    path("favicon.ico", pages.favicon),
]
