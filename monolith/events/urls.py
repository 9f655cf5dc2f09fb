from django.urls import path

from events import views

urlpatterns = [
    path("states/", views.StateList.as_view()),
    path("locations/", views.LocationList.as_view()),
    path("locations/<int:pk>/", views.LocationPage.as_view()),
    path("conferences/", views.ConferenceList.as_view()),
    path("conferences/changes/", views.ConferenceChanges.as_view()),
    path("conferences/<int:pk>/", views.ConferencePage.as_view()),
]
