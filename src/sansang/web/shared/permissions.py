"""Which right does each view need? One table; tests check every address of the site against it, for every role."""

from __future__ import annotations

from typing import Literal

from sansang.model.access.rights import Right

#: "anyone": without signing in. "person": signed in. "link": with a unit's link that is valid.
Permission = Right | Literal["anyone", "person", "link"]

#: By the name of the address. The right is needed at the post in the address; where that names none (lists, an
#: operation), at any post. All posts of an operation share its title, level, figures, units and closed roads; they do
#: not share lines.
VIEW_PERMISSIONS: dict[str, Permission] = {
    "home": "person",
    "language": "anyone",
    "trust": "anyone",
    "worker": "anyone",
    "manifest": "anyone",
    "begin": "open",
    "operation": "see",
    "operation_board": "see",
    "operation_journal": "see",
    "photo": "see",
    "post": "see",
    "post_board": "see",
    "journal": "see",
    "text": "see",
    "post_acts": "log",
    "write": "log",
    "add_photo": "log",
    "standing_units": "log",
    "give_link": "order",
    "end_link": "order",
    "unit": "link",
    "unit_board": "link",
    "unit_say": "link",
    "unit_key": "link",
    "people": "people",
    "people_change": "people",
    "people_workbook": "people",
    "people_from_workbook": "people",
    "areas": "person",
    "outbox": "person",
    "outbox_key": "person",
    "outbox_saved": "person",
    "account_login": "anyone",
    "account_logout": "person",
    "account_reauthenticate": "person",
    "account_change_password": "person",
    "mfa_authenticate": "anyone",
    "mfa_index": "person",
    "mfa_reauthenticate": "person",
    "mfa_activate_totp": "person",
    "mfa_deactivate_totp": "person",
    "mfa_view_recovery_codes": "person",
    "mfa_generate_recovery_codes": "person",
    "mfa_download_recovery_codes": "person",
    "mfa_list_webauthn": "person",
    "mfa_add_webauthn": "person",
    "mfa_edit_webauthn": "person",
    "mfa_remove_webauthn": "person",
    "mfa_reauthenticate_webauthn": "person",
    "mfa_login_webauthn": "anyone",
    "usersessions_list": "person",
    "sign_out_device": "person",
    "openid_connect_login": "anyone",
    "openid_connect_callback": "anyone",
    "socialaccount_login_cancelled": "anyone",
    "socialaccount_login_error": "anyone",
}
