from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/", views.AccountList.as_view()),
    path("accounts/<str:email>/", views.AccountDetail.as_view()),
    path("token/", views.TokenView.as_view()),
]
