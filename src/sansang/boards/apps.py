"""The boards' tables, for Django."""

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    """The tables of the boards."""

    name = "sansang.boards"
    label = "boards"
    verbose_name = "Boards"
