"""Which addresses serve the night: operations, posts, units and the outbox?"""

from __future__ import annotations

from django.urls import path

from sansang.web.night import home, operation, outbox, photos, post, unit

urlpatterns = [
    path("", home.home, name="home"),
    path("begin/", operation.begin, name="begin"),
    path("o/<str:operation>/", operation.page, name="operation"),
    path("o/<str:operation>/board/", operation.board, name="operation_board"),
    path("o/<str:operation>/journal/", operation.journal, name="operation_journal"),
    path("o/<str:operation>/photo/<str:name>/", photos.photo, name="photo"),
    path("p/<str:operation>/<str:post>/", post.page, name="post"),
    path("p/<str:operation>/<str:post>/board/", post.board, name="post_board"),
    path("p/<str:operation>/<str:post>/acts/", post.acts, name="post_acts"),
    path("p/<str:operation>/<str:post>/write/", post.write, name="write"),
    path("p/<str:operation>/<str:post>/photo/", post.add_photo, name="add_photo"),
    path("p/<str:operation>/<str:post>/journal/", post.journal, name="journal"),
    path("p/<str:operation>/<str:post>/text/", post.text, name="text"),
    path("p/<str:operation>/<str:post>/units/", post.standing, name="standing_units"),
    path("p/<str:operation>/<str:post>/link/", unit.give_link, name="give_link"),
    path("p/<str:operation>/<str:post>/link/end/", unit.end_link, name="end_link"),
    path("u/<str:token>/", unit.page, name="unit"),
    path("u/<str:token>/board/", unit.board, name="unit_board"),
    path("u/<str:token>/say/", unit.say, name="unit_say"),
    path("u/<str:token>/key/", unit.key, name="unit_key"),
    path("outbox/", outbox.take, name="outbox"),
    path("outbox/saved/", outbox.saved, name="outbox_saved"),
    path("outbox/key/", outbox.key, name="outbox_key"),
]
