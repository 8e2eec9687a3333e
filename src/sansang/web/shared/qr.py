"""How does an address get onto a phone? As a QR code in SVG."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """The QR code of a text: an inline SVG element without styles of its own."""
    made = io.BytesIO()
    segno.make(text, error="m").save(made, kind="svg", scale=5, border=2, xmldecl=False, svgclass="code", omitsize=True)
    return made.getvalue().decode()
