"""What is kept of an account beside what Django and django-allauth keep?"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class FirstPassword(models.Model):
    """The password of this account was given by somebody else and not changed since; no password is kept here."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField()

    class Meta:
        """Where it is kept."""

        db_table = "accounts_first_password"

    def __str__(self) -> str:
        return f"{self.user_id} by {self.given_by}"
