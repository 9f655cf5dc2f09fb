from django.urls import path

from lab.compare import views

urlpatterns = [
    path("", views.page, name="compare"),
    path("history/", views.history),
    path("change/", views.change),
    path("wish/", views.wish),
    path("arriving/<int:conference>/<int:revision>/", views.arriving),
]
