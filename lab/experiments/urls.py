"""Where experiments are."""

from django.urls import path

from lab.experiments import views

urlpatterns = [
    path("", views.overview, name="experiments"),
    path("<slug:name>/", views.experiment, name="experiment"),
    path("<slug:name>/predict/", views.predict, name="predict"),
    path("<slug:name>/run/", views.run, name="run"),
    path("<slug:name>/stop/", views.stop, name="stop"),
    path("<slug:name>/progress/", views.progress, name="progress"),
]
