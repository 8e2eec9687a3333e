"""Which tables does this package have? Those of its models, registered with Django."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """What is stored about an account beside the tables of Django and django-allauth."""

    name = "sansang.accounts"
    label = "accounts"
    verbose_name = "Accounts"
