"""What does a photo say that it should not? It is drawn anew: small, upright, without place, device or thumbnail."""

from __future__ import annotations

import io
import threading
import warnings

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from sansang.boards.queries import newest
from sansang.model.operation import facts
from sansang.web.night.line_form import Wrong
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark

# Every format that is named below is known from the first photo on.
Image.init()
#: The longer side (pixels), and the largest file that is looked at (bytes).
SIDE, LARGEST = 1280, 12 * 2**20
#: So many pixels are decoded at most (fewer of WebP, which is decoded into several copies); a plain JPEG decodes small,
#: so it may have more: phones take 50 million.
PIXELS, PIXELS_WEBP, PIXELS_JPEG = 24_000_000, 12_000_000, 64_000_000
#: One picture at a time: a hundred megabytes for each would else be taken as often as there are threads.
_ONE = threading.Lock()


def cleaned(data: bytes) -> bytes:
    """The picture as a JPEG of its own. Raises :class:`Wrong` for what is none."""
    if len(data) > LARGEST:
        raise Wrong("photo", mark("the photo is larger than 12 MB"))
    try:
        with _ONE, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
                upright = _small(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise Wrong("photo", mark("this is no photo: JPEG, PNG or WebP")) from None
    # Only the pixels go on: nothing that the file said of them.
    clean = Image.frombytes("RGB", upright.size, upright.tobytes())
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=72, optimize=True, progressive=True)
    return made.getvalue()


def _small(opened: ImageFile.ImageFile) -> Image.Image:
    """The picture, small and upright, decoded no larger than need be. Raises :class:`Wrong` for one too large."""
    most = PIXELS_WEBP if opened.format == "WEBP" else PIXELS
    if isinstance(opened, JpegImageFile) and not opened.info.get("progressive"):
        # A progressive one is held whole until its last bytes have been read.
        most = PIXELS_JPEG
    if opened.width * opened.height > most:
        raise Wrong("photo", mark("the photo has too many pixels"))
    # Not converted where it need not be: each copy is as large again. A JPEG is asked for the size that is wanted.
    drawn = opened if opened.mode in ("RGB", "L", "CMYK") else opened.convert("RGB")
    drawn.thumbnail((SIDE, SIDE))
    return ImageOps.exif_transpose(drawn).convert("RGB")


@require_GET
@signed_in
def photo(context: RequestContext, operation: str, name: str) -> HttpResponse:
    """A photo of an operation, for whoever may read the post that took it."""
    at = installation()
    with at.store.reading() as cursor:
        for put in newest(cursor, at.store.keyring, operation, "photo_added"):
            fact = put.recorded().fact
            if isinstance(fact, facts.PhotoAdded) and fact.id == name:
                context.require("see", put.ref.post, operation)
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
