from django.urls import path

from benchmarks.course import views

approval = views.Approval.as_view
urlpatterns = [
    path("api/conferences/", views.Conferences.as_view()),
    path("api/presentations/<int:pk>/approval/", approval(publish=staticmethod(views.over_a_new_connection))),
    path("celery/presentations/<int:pk>/approval/", approval(publish=staticmethod(views.by_celery))),
    path("dramatiq/presentations/<int:pk>/approval/", approval(publish=staticmethod(views.by_dramatiq))),
]
