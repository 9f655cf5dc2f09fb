from django.urls import path

from lab.log import views

urlpatterns = [path("log/", views.page, name="log"), path("log.json", views.as_json, name="log-json")]
