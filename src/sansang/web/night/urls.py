"""Which addresses serve the night: operations, posts, units and the outbox?"""

from __future__ import annotations

from django.urls import path

from sansang.web.night import home, operation, outbox, photos, post, unit

urlpatterns = [
    path("", home.home, name="home"),
    path("begin/", operation.begin, name="begin"),
    path("o/<str:operation>/", operation.operation_page, name="operation"),
    path("o/<str:operation>/board/", operation.operation_board, name="operation_board"),
    path("o/<str:operation>/journal/", operation.operation_journal, name="operation_journal"),
    path("o/<str:operation>/photo/<str:name>/", photos.photo_image, name="photo"),
    path("p/<str:operation>/<str:post>/", post.post_page, name="post"),
    path("p/<str:operation>/<str:post>/board/", post.post_board, name="post_board"),
    path("p/<str:operation>/<str:post>/acts/", post.post_acts, name="post_acts"),
    path("p/<str:operation>/<str:post>/write/", post.write_line, name="write"),
    path("p/<str:operation>/<str:post>/photo/", post.add_photo, name="add_photo"),
    path("p/<str:operation>/<str:post>/journal/", post.post_duty_log, name="journal"),
    path("p/<str:operation>/<str:post>/text/", post.chat_text, name="text"),
    path("p/<str:operation>/<str:post>/units/", post.list_units, name="standing_units"),
    path("p/<str:operation>/<str:post>/link/", unit.create_unit_link, name="give_link"),
    path("p/<str:operation>/<str:post>/link/end/", unit.end_unit_link, name="end_link"),
    path("u/<str:token>/", unit.unit_page, name="unit"),
    path("u/<str:token>/board/", unit.unit_board, name="unit_board"),
    path("u/<str:token>/say/", unit.unit_write, name="unit_say"),
    path("u/<str:token>/key/", unit.unit_key, name="unit_key"),
    path("outbox/", outbox.take_outbox, name="outbox"),
    path("outbox/saved/", outbox.saved_lines, name="outbox_saved"),
    path("outbox/key/", outbox.outbox_key, name="outbox_key"),
]
