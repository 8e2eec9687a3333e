"""Photos: a phone's large photo is accepted, a decompression bomb is not, and only a person who may write sends one."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sansang.site.django_setup import load_django
from tests.served import first_password_in, served

load_django()

from sansang.web.night.line_form import InvalidField  # noqa: E402
from sansang.web.night.photos import clean_photo  # noqa: E402


def picture(width: int, height: int, kind: str, mode: str = "RGB", **said: Any) -> bytes:
    """A picture of one colour: large to look at, small to send."""
    made = io.BytesIO()
    Image.new(mode, (width, height)).save(made, kind, **said)
    return made.getvalue()


def test_a_photo_of_fifty_million_pixels_is_stored_upright() -> None:
    said = Image.Exif()
    said[0x0112] = 6
    with Image.open(io.BytesIO(clean_photo(picture(8160, 6144, "JPEG", exif=said)))) as small:
        assert small.size == (964, 1280)
        assert not small.getexif()


@pytest.mark.parametrize(
    ("width", "height", "kind", "said"),
    [
        (7000, 7000, "PNG", {}),
        (4000, 4000, "WEBP", {}),
        (9000, 9000, "JPEG", {}),
        (7000, 7000, "JPEG", {"progressive": True}),
    ],
)
def test_a_photo_that_would_fill_the_memory_is_refused_by_its_header(
    width: int, height: int, kind: str, said: dict[str, Any]
) -> None:
    with pytest.raises(InvalidField, match="too many pixels"):
        clean_photo(picture(width, height, kind, **said))


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "LA"])
def test_photos_of_every_colour_mode_are_decoded(mode: str) -> None:
    with Image.open(io.BytesIO(clean_photo(picture(2000, 1000, "PNG", mode)))) as small:
        assert (small.size, small.mode) == ((1280, 640), "RGB")


def test_photos_are_decoded_one_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(picture(4800, 4800, "PNG"))
    drawing = (
        "import resource, sys, threading\n"
        "from sansang.site.django_setup import load_django; load_django()\n"
        "from sansang.web.night.photos import clean_photo\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "threads = [threading.Thread(target=clean_photo, args=(data,)) for _ in range(6)]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", drawing, tmp_path / "x.png"], capture_output=True, text=True, check=True
    )
    # One takes 120 MB; six at once took 700.
    assert int(said.stdout) < 300


def test_a_photo_of_a_person_who_may_not_write_is_not_decoded(tmp_path: Path) -> None:
    with served(tmp_path / "d") as here:
        chief = here.signed_in()
        came = chief.post("/people/person/", {"name": "Người xem", "id": "xem", "account": "1"})
        password = first_password_in(came.text)
        chief.post("/people/grant/", {"person": "xem", "role": "observer", "area": ""})
        op = chief.begin("Ảnh")
        none = {"photo": ("x.png", b"this is no picture", "image/png")}
        assert chief.post(f"/p/{op}/p1/photo/", {"caption": "x"}, files=none).status_code == 422
        watching = here.signed_in("xem", password)
        assert watching.post(f"/p/{op}/p1/photo/", {"caption": "x"}, files=none, of="/").status_code == 403
        line = {"command": "anh-cua-nguoi-xem", "person": "xem", "operation": op, "post": "p1", "kind": "photo_added"}
        headers = {"X-CSRFToken": watching.http.cookies["csrftoken"]}
        batch = {"lines": [{**line, "fields": {"photo": "bm9uZQ=="}}]}
        said = watching.http.post("/outbox/", json=batch, headers=headers).json()
        assert [one["status"] for one in said["answers"]] == [403]
