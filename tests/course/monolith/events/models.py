from django.db import models


class Conference(models.Model):
    name = models.CharField(max_length=200)


class Presentation(models.Model):
    presenter_name = models.CharField(max_length=150)
    presenter_email = models.EmailField()
    company_name = models.CharField(max_length=150, null=True, blank=True)
    title = models.CharField(max_length=200)
    synopsis = models.TextField()
    status = models.CharField(max_length=10, default="SUBMITTED")
    conference = models.ForeignKey(Conference, on_delete=models.CASCADE)


class Account(models.Model):
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    updated = models.DateTimeField(auto_now=True)
