"""Which kinds of entry have no form on a page, and why? A test checks that every other kind has one."""

from __future__ import annotations

WITHOUT_FORM: dict[str, str] = {
    "opened": "the page “Open an operation” makes it of its title and mode",
    "photo_added": "a photo is sent as a file, by a form of its own address",
    "help_called": "the unit's one button makes it of the unit's link",
    "contact_reached": "written when a message to a contact of a drill is sent",
    "clock_doubted": "written when a peer's log comes with a clock too far ahead",
    "checked_in": "no page yet: read in the logs of peers; who came is written as a line",
    "role_left": "no page yet: a shift ends by its handover; read in the logs of peers",
}
