"""What does a photo contain that it should not? It is encoded again: small, upright, without place or device."""

from __future__ import annotations

import io
import threading
import warnings

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from sansang.ledger.history import newest
from sansang.model.operation.log import PhotoAdded
from sansang.model.operation.record import stream_of
from sansang.web.night.line_form import InvalidField
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark

# Load all decoders now: the first photos may come at once.
Image.init()
#: The longer side of a stored photo (pixels), and the largest file accepted (bytes).
MAX_SIDE, MAX_PHOTO = 1280, 12 * 2**20
#: Most pixels that are decoded: fewer of WebP, which is decoded into several copies; more of a baseline JPEG, which is
#: decoded at a reduced size (phones take 50 million).
MAX_PIXELS, MAX_PIXELS_WEBP, MAX_PIXELS_JPEG = 24_000_000, 12_000_000, 64_000_000
#: One photo is decoded at a time: each takes up to a hundred megabytes.
_DECODING = threading.Lock()


def clean_photo(data: bytes) -> bytes:
    """The image as a new JPEG without metadata. Raises :class:`InvalidField` for a file that is no image."""
    if len(data) > MAX_PHOTO:
        raise InvalidField("photo", mark("the photo is larger than 12 MB"))
    try:
        with _DECODING, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
                upright = _downscale(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise InvalidField("photo", mark("this is no photo: JPEG, PNG or WebP")) from None
    # Only the pixels are copied, no metadata.
    clean = Image.frombytes("RGB", upright.size, upright.tobytes())
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=72, optimize=True, progressive=True)
    return made.getvalue()


def _downscale(opened: ImageFile.ImageFile) -> Image.Image:
    """The image, small and upright, decoded no larger than necessary. Raises :class:`InvalidField` if too large."""
    most = MAX_PIXELS_WEBP if opened.format == "WEBP" else MAX_PIXELS
    if isinstance(opened, JpegImageFile) and not opened.info.get("progressive"):
        # A progressive JPEG is held in memory as a whole while it is decoded.
        most = MAX_PIXELS_JPEG
    if opened.width * opened.height > most:
        raise InvalidField("photo", mark("the photo has too many pixels"))
    # Converted only where necessary, as each copy takes as much memory; thumbnail() decodes a JPEG at a reduced size.
    image = opened if opened.mode in ("RGB", "L", "CMYK") else opened.convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    return ImageOps.exif_transpose(image).convert("RGB")


@require_GET
@signed_in
def photo_image(context: RequestContext, operation: str, name: str) -> HttpResponse:
    """A photo of an operation, for everybody who may read the post that added it."""
    at = installation()
    with at.store.reading() as cursor:
        for appended in newest(cursor, at.store.keyring, stream_of(operation), "photo_added"):
            fact = appended.entry.fact
            if isinstance(fact, PhotoAdded) and fact.id == name:
                context.require("see", appended.ref.post, operation)
                if not fact.image:
                    raise Http404(name)
                return HttpResponse(fact.image, content_type="image/jpeg")
    raise Http404(name)


def uploaded_photo(request: HttpRequest) -> bytes:
    """The photo of a form. Raises :class:`InvalidField` without one."""
    file = request.FILES.get("photo")
    if file is None:
        raise InvalidField("photo", mark("this must be filled in"))
    if file.size is None or file.size > MAX_PHOTO:
        raise InvalidField("photo", mark("the photo is larger than 12 MB"))
    return clean_photo(file.read())
