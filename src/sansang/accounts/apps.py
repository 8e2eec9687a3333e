"""The tables of who signs in, for Django."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """What is kept of an account beside what Django and django-allauth keep."""

    name = "sansang.accounts"
    label = "accounts"
    verbose_name = "Accounts"
