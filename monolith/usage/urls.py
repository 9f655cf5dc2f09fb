from django.urls import path

from usage import views

urlpatterns = [path("bill/", views.Usage.as_view())]
