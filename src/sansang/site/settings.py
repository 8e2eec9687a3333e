"""Django's settings. What differs between installations comes from the data directory."""

from __future__ import annotations

from sansang.site.databases import database_of
from sansang.site.place import asked_place

PLACE = asked_place(None)
DATABASES = {"default": database_of(PLACE)}
INSTALLED_APPS = ["sansang.ledger.apps.Ledger", "sansang.boards.apps.Boards"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
