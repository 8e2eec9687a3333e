"""Which addresses serve the device itself: language, certificate, service worker, manifest?"""

from __future__ import annotations

from django.urls import path

from sansang.web.shared import device

urlpatterns = [
    path("language/", device.choose_language, name="language"),
    path("trust/", device.trust, name="trust"),
    path("sw.js", device.service_worker, name="worker"),
    path("app.webmanifest", device.manifest, name="manifest"),
]
