"""The schema, and pages that show it. Their scripts come out of a package."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
    path("redoc/", SpectacularRedocView.as_view(template_name="web/redoc.html"), name="redoc"),
]
