"""Which part of the pages serves which addresses? Each part lists its own beside its views."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("sansang.web.night.urls")),
    path("", include("sansang.web.admin.urls")),
    path("", include("sansang.web.shared.urls")),
]
handler404 = "sansang.web.shared.error_pages.not_found"
handler500 = "sansang.web.shared.error_pages.server_error"
