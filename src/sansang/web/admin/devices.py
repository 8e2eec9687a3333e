"""How is a lost device signed out? The list of devices itself is a view of django-allauth."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark


@require_POST
@signed_in
def sign_out_device(context: RequestContext) -> HttpResponse:
    """End one session of this person."""
    number = context.request.POST.get("session", "")
    found = (
        UserSession.objects.filter(user=context.request.user, pk=number)
        if number.isascii() and number.isdigit()
        else ()
    )
    if not found:
        raise Http404(number)
    found[0].end()
    messages.success(context.request, context.voice.say(mark("That device is signed out.")))
    return HttpResponseRedirect(reverse("usersessions_list"))
