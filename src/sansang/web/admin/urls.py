"""Which addresses serve accounts, people and areas?"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import include, path, re_path

from sansang.web.admin import areas, devices, people, roster
from sansang.web.shared import error_pages

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/sessions/end/", devices.sign_out_device, name="sign_out_device"),
    # What allauth also has and nobody here uses: accounts are made by an administrator, and there is no e-mail.
    re_path(
        r"^accounts/(?:signup|email|confirm-email|inactive|password/(?:set|reset)|login/code|social|3rdparty(?!/login))/",
        error_pages.not_used,
    ),
    path("accounts/", include("allauth.urls")),
    path("people/", people.people_list, name="people"),
    path("people/workbook/", roster.export_roster, name="people_workbook"),
    path("people/workbook/in/", roster.import_roster, name="people_from_workbook"),
    path("people/<str:what>/", people.change_people, name="people_change"),
    path("areas/", areas.area_list, name="areas"),
]
