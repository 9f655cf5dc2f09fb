from django.urls import path

from presentations import views

urlpatterns = [
    path("conferences/<int:conference_id>/presentations/", views.PresentationsOfConference.as_view()),
    path("presentations/<int:pk>/", views.PresentationPage.as_view()),
    path("presentations/<int:pk>/approval/", views.Approval.as_view()),
    path("presentations/<int:pk>/rejection/", views.Rejection.as_view()),
]
