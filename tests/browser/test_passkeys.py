"""A passkey on a phone: added, used after the password and instead of it, and removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.served import Served, browser, served, sign_in


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("passkeys") / "d") as one:
        yield one


def phone(at: BrowserContext, page: Page) -> None:
    """The page gets a phone that keeps passkeys, and a finger that it knows."""
    devices = at.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def add(page: Page, here: Served, name: str, alone: bool) -> None:
    """Add a passkey on the page of the person's own account."""
    page.goto(f"{here.address}/accounts/2fa/")
    page.click("main a:has-text('passkey')")
    page.click("main a.button.primary")
    if "/reauthenticate/" in page.url:
        page.fill("[name=password]", here.password)
        page.click("main button.primary")
    page.fill("[name=name]", name)
    page.set_checked("[name=passwordless]", alone)
    page.click("main button.primary")
    page.wait_for_selector(".told")


def sign_out(page: Page, here: Served) -> None:
    """By the page of the account."""
    page.goto(f"{here.address}/accounts/logout/")
    page.click("main button")
    page.wait_for_url("**/accounts/login/**")


def test_a_passkey_is_added_signs_in_alone_and_is_removed(here: Served) -> None:
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = sign_in(at, here)
        phone(at, page)
        add(page, here, "máy của An", alone=True)
        page.goto(f"{here.address}/accounts/2fa/webauthn/")
        assert "máy của An" in page.inner_text("main")
        assert "tự đăng nhập" in page.inner_text("main")
        sign_out(page, here)
        page.click("button:has-text('Đăng nhập bằng khóa')")
        page.wait_for_url(f"{here.address}/")
        # With the password the second factor is asked for, and the same key is one.
        sign_out(page, here)
        page.fill("[name=login]", here.person)
        page.fill("[name=password]", here.password)
        page.click("main button.primary")
        page.wait_for_url("**/accounts/2fa/authenticate/")
        page.click("button:has-text('Dùng khóa đăng nhập')")
        page.wait_for_url(f"{here.address}/")
        page.goto(f"{here.address}/accounts/2fa/webauthn/")
        page.click("a:has-text('Gỡ bỏ')")
        if "/reauthenticate/" in page.url:
            page.fill("[name=password]", here.password)
            page.click("main button.primary")
        page.click("main button.urgent")
        page.wait_for_selector(".told")
        assert "Chưa có khóa đăng nhập nào" in page.inner_text("main")
        at.close()


def test_an_unknown_passkey_is_refused(here: Served) -> None:
    stranger = here.client()
    known = here.signed_in()
    # Asked for so often that the limit of attempts is met as well.
    for credential in ("{}", "", "[]", '{"id": "x"}', '{"response": {"userHandle": "MQ"}}', "null", "5", '"x"'):
        for who, path, of in (
            (stranger, "/accounts/2fa/webauthn/login/", "/accounts/login/"),
            (known, "/accounts/2fa/webauthn/reauthenticate/", "/accounts/password/change/"),
            (known, "/accounts/2fa/webauthn/add/", "/accounts/password/change/"),
        ):
            assert who.post(path, {"credential": credential, "name": "x"}, of=of).status_code < 500, (path, credential)
        assert "/accounts/login/" in str(stranger.get("/").url)
    assert "Chưa có khóa đăng nhập nào" in known.get("/accounts/2fa/webauthn/").text
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True)
        page = at.new_page()
        phone(at, page)
        page.goto(f"{here.address}/accounts/login/")
        page.click("button:has-text('Đăng nhập bằng khóa')")
        page.wait_for_selector("[data-failed]:visible")
        assert page.url.endswith("/accounts/login/")
        at.close()
