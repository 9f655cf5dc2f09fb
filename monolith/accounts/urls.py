from django.urls import path, re_path

from accounts import views

urlpatterns = [
    path("accounts/", views.AccountList.as_view()),
    path("accounts/changes/", views.AccountChanges.as_view()),
    # An address may have a slash in it; a NUL, which the database refuses, it cannot have.
    re_path(r"^accounts/(?P<email>[^\0]+)/$", views.AccountDetail.as_view()),
    path("organiser/", views.Organiser.as_view()),
    path("token/", views.TokenView.as_view()),
]
