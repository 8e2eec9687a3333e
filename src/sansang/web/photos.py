"""What does a photo say that it should not? It is drawn anew: small, upright, without place, device or thumbnail."""

from __future__ import annotations

import io
import warnings

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from PIL import Image, ImageOps, UnidentifiedImageError

from sansang.boards.looking import newest
from sansang.model.operation import facts
from sansang.web.asking import Asking, signed_in
from sansang.web.lines import Wrong
from sansang.web.serving import desk
from sansang.words import mark

# Every format that is named below is known from the first photo on.
Image.init()
#: The longer side (pixels), and the largest file and picture that are looked at.
SIDE, LARGEST, PIXELS = 1280, 12 * 2**20, 50_000_000


def cleaned(data: bytes) -> bytes:
    """The picture as a JPEG of its own. Raises :class:`Wrong` for what is none."""
    if len(data) > LARGEST:
        raise Wrong("photo", mark("the photo is larger than 12 MB"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
                if opened.width * opened.height > PIXELS:
                    raise Wrong("photo", mark("the photo has too many pixels"))
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise Wrong("photo", mark("this is no photo: JPEG, PNG or WebP")) from None
    upright.thumbnail((SIDE, SIDE))
    # Only the pixels go on: nothing that the file said of them.
    clean = Image.frombytes("RGB", upright.size, upright.tobytes())
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=72, optimize=True, progressive=True)
    return made.getvalue()


@require_GET
@signed_in
def photo(ask: Asking, operation: str, name: str) -> HttpResponse:
    """A photo of an operation, for whoever may read the post that took it."""
    at = desk()
    with at.store.reading() as cursor:
        for put in newest(cursor, at.store.keyring, operation, "photo_added"):
            fact = put.recorded().fact
            if isinstance(fact, facts.PhotoAdded) and fact.id == name:
                ask.needs("see", put.ref.post, operation)
                if not fact.image:
                    raise Http404(name)
                return HttpResponse(fact.image, content_type="image/jpeg")
    raise Http404(name)


def uploaded(request: HttpRequest) -> bytes:
    """The photo of a form. Raises :class:`Wrong` without one."""
    file = request.FILES.get("photo")
    if file is None:
        raise Wrong("photo", mark("this must be filled in"))
    if file.size is None or file.size > LARGEST:
        raise Wrong("photo", mark("the photo is larger than 12 MB"))
    return cleaned(file.read())
