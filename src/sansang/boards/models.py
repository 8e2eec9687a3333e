"""How are the boards stored in a database? A row for each row of a record's tables, sealed with the board's key.

A record's boards have generations: one is shown while the next is built, and showing the next changes one row.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Record(models.Model):
    """A record, the generation of its boards that is shown, and from where on they must be rebuilt."""

    stream = models.CharField(max_length=200, primary_key=True)  # "operation/<id>" or "access"
    generation = models.BigIntegerField()  # the id of the key under which its rows lie
    #: Which kinds of entry and tables the program knew that wrote the rows; another program rebuilds them.
    form = models.CharField(max_length=32)
    #: The earliest entry that came late and is not yet on the boards: its clock; None when all are.
    late_millis = models.BigIntegerField(null=True)
    late_counter = models.IntegerField(default=0)
    #: A generation that is no longer shown, whose rows are being deleted.
    old_generation = models.BigIntegerField(null=True)

    class Meta:
        db_table = "board_record"


class Snapshot(models.Model):
    """The state of a record after a number of entries, from which later ones are folded."""

    id = models.BigAutoField(primary_key=True)
    generation = models.BigIntegerField()
    millis = models.BigIntegerField()
    counter = models.IntegerField()
    log = models.CharField(max_length=300)
    number = models.BigIntegerField()
    entries = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "board_snapshot"
        indexes: ClassVar = [models.Index(fields=["generation", "millis", "counter"], name="board_snapshot_order")]


class Row(models.Model):
    """One row of a table of the state: under a keyed hash of its key, its key and value sealed."""

    id = models.BigAutoField(primary_key=True)
    generation = models.BigIntegerField()
    board = models.CharField(max_length=40)  # the table's name
    key = models.BinaryField()
    data = models.BinaryField()

    class Meta:
        db_table = "board_row"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generation", "board", "key"], name="board_row_key"),
        ]
