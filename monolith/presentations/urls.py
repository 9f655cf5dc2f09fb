from django.urls import path

from presentations import decisions, views

urlpatterns = [
    path("conferences/<int:conference_id>/presentations/", views.PresentationsOfConference.as_view()),
    path("presentations/<int:pk>/", views.PresentationPage.as_view()),
    path("presentations/<int:pk>/approval/", decisions.Approval.as_view()),
    path("presentations/<int:pk>/rejection/", decisions.Rejection.as_view()),
]
