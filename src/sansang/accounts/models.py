"""What is stored about an account beside the tables of Django and django-allauth?"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class FirstPassword(models.Model):
    """This account's password was given by somebody else and not changed since. The password itself is not here."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField()

    class Meta:
        """The table."""

        db_table = "accounts_first_password"

    def __str__(self) -> str:
        return f"{self.user_id} by {self.given_by}"
