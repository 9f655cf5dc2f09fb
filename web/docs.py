"""The schema, and pages that show it. Their scripts come out of a package."""

from typing import ClassVar

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.request import Request


class Open:
    """Read by anyone: a log-in is not looked at, not even a wrong one; and a page has nothing to say to OPTIONS."""

    authentication_classes = ()
    http_method_names: ClassVar[list[str]] = ["get", "head"]


class Schema(Open, SpectacularAPIView):
    """There is one version; what a request says of it would stand in a header of the answer."""

    def _get_version_parameter(self, _request: Request) -> None:
        return None


class Swagger(Open, SpectacularSwaggerSplitView):
    """The page to try requests on."""


class Redoc(Open, SpectacularRedocView):
    """The page to read."""

    template_name = "web/redoc.html"


urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Swagger.as_view(), name="docs"),
    path("redoc/", Redoc.as_view(), name="redoc"),
]
