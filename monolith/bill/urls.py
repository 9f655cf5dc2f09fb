from django.urls import path

from bill import views

urlpatterns = [path("bill/", views.Bill.as_view())]
