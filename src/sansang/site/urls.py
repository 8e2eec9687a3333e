"""Which address leads to which page?"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import include, path, re_path

from sansang.web.admin import areas, devices, people, roster
from sansang.web.night import home, operation, outbox, photos, post, unit

urlpatterns = [
    path("", home.home, name="home"),
    path("language/", home.language, name="language"),
    path("trust/", home.trust, name="trust"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/sessions/end/", devices.sign_out, name="sign_out_device"),
    # What allauth also has and nobody here uses: accounts are made by an administrator, and there is no e-mail.
    re_path(
        r"^accounts/(?:signup|email|confirm-email|inactive|password/(?:set|reset)|login/code|social|3rdparty(?!/login))/",
        home.closed,
    ),
    path("accounts/", include("allauth.urls")),
    path("begin/", operation.begin, name="begin"),
    path("o/<str:operation>/", operation.page, name="operation"),
    path("o/<str:operation>/board/", operation.board, name="operation_board"),
    path("o/<str:operation>/journal/", operation.journal, name="operation_journal"),
    path("o/<str:operation>/photo/<str:name>/", photos.photo, name="photo"),
    path("p/<str:operation>/<str:post>/", post.page, name="post"),
    path("p/<str:operation>/<str:post>/board/", post.board, name="post_board"),
    path("p/<str:operation>/<str:post>/acts/", post.acts, name="post_acts"),
    path("p/<str:operation>/<str:post>/write/", post.write, name="write"),
    path("p/<str:operation>/<str:post>/photo/", post.add_photo, name="add_photo"),
    path("p/<str:operation>/<str:post>/journal/", post.journal, name="journal"),
    path("p/<str:operation>/<str:post>/text/", post.text, name="text"),
    path("p/<str:operation>/<str:post>/units/", post.standing, name="standing_units"),
    path("p/<str:operation>/<str:post>/link/", unit.give_link, name="give_link"),
    path("p/<str:operation>/<str:post>/link/end/", unit.end_link, name="end_link"),
    path("u/<str:token>/", unit.page, name="unit"),
    path("u/<str:token>/board/", unit.board, name="unit_board"),
    path("u/<str:token>/say/", unit.say, name="unit_say"),
    path("u/<str:token>/key/", unit.key, name="unit_key"),
    path("people/", people.page, name="people"),
    path("people/workbook/", roster.workbook, name="people_workbook"),
    path("people/workbook/in/", roster.bring_in, name="people_from_workbook"),
    path("people/<str:what>/", people.change, name="people_change"),
    path("areas/", areas.page, name="areas"),
    path("outbox/", outbox.take, name="outbox"),
    path("outbox/saved/", outbox.saved, name="outbox_saved"),
    path("outbox/key/", outbox.key, name="outbox_key"),
    path("sw.js", home.worker, name="worker"),
    path("app.webmanifest", home.manifest, name="manifest"),
]
handler404 = "sansang.web.night.home.missing"
handler500 = "sansang.web.night.home.failed"
