"""How do the boards lie in a database? A row for each thing of an operation, its words sealed under the board's key.

A board has generations: one is shown while the next is made, and showing the next is the change of one row. Times are
microseconds since 1970 (UTC).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Operation(models.Model):
    """An operation, the generation of its boards that is shown, and from where on they must be made anew."""

    name = models.CharField(max_length=200, primary_key=True)
    generation = models.BigIntegerField()  # the id of the key under which its words lie
    entries = models.BigIntegerField(default=0)
    #: The earliest entry that came late and is not yet on the boards: its clock; None when all are.
    late_millis = models.BigIntegerField(null=True)
    late_counter = models.IntegerField(default=0)
    #: A generation that is no longer shown, whose rows are being taken away.
    old_generation = models.BigIntegerField(null=True)

    class Meta:
        db_table = "board_operation"


class Snapshot(models.Model):
    """The state of an operation after so many entries, from which later ones are folded."""

    id = models.BigAutoField(primary_key=True)
    operation = models.CharField(max_length=200)
    generation = models.BigIntegerField()
    millis = models.BigIntegerField()
    counter = models.IntegerField()
    log = models.CharField(max_length=300)
    number = models.BigIntegerField()
    entries = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "board_snapshot"
        indexes: ClassVar = [
            models.Index(fields=["operation", "generation", "millis", "counter"], name="board_snapshot_order")
        ]


class Row(models.Model):
    """What every board's row has: of which operation and generation, its key, and its words."""

    id = models.BigAutoField(primary_key=True)
    operation = models.CharField(max_length=200)
    generation = models.BigIntegerField()
    key = models.CharField(max_length=300)
    words = models.BinaryField()

    class Meta:
        abstract = True


def _key_of(name: str) -> list[models.BaseConstraint]:
    return [models.UniqueConstraint(fields=["operation", "generation", "key"], name=f"board_{name}_key")]


class Summary(Row):
    """The operation at a glance: one row."""

    title = models.CharField(max_length=300)
    mode = models.CharField(max_length=10)
    opened = models.BigIntegerField(null=True)
    closed = models.BigIntegerField(null=True)
    level = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "board_summary"
        constraints = _key_of("summary")


class Situation(Row):
    """A situation; ``words`` are what was reported of it."""

    post = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    reported = models.BigIntegerField()
    verified = models.SmallIntegerField(null=True)
    resolved = models.BigIntegerField(null=True)
    joined_into = models.CharField(max_length=100)

    class Meta:
        db_table = "board_situation"
        constraints = _key_of("situation")


class Unit(Row):
    """A unit: assigned, available or out of service."""

    name = models.CharField(max_length=200)
    post = models.CharField(max_length=100)
    availability = models.CharField(max_length=20)
    bound_by = models.CharField(max_length=100)  # the order

    class Meta:
        db_table = "board_unit"
        constraints = _key_of("unit")


class Task(Row):
    """Something to be done or answered: an order, a request for aid, a message, a handover, a report that is due."""

    kind = models.CharField(max_length=20)
    post = models.CharField(max_length=100)
    owed_by = models.CharField(max_length=100)
    situation = models.CharField(max_length=100)
    given = models.BigIntegerField(null=True)
    answer_by = models.BigIntegerField(null=True)
    is_answered = models.SmallIntegerField()
    is_open = models.SmallIntegerField()

    class Meta:
        db_table = "board_task"
        constraints = _key_of("task")
        indexes: ClassVar = [models.Index(fields=["operation", "generation", "is_open"], name="board_task_open")]


class Message(Row):
    """A message and who has acknowledged it."""

    post = models.CharField(max_length=100)
    sent = models.BigIntegerField()
    answer_by = models.BigIntegerField(null=True)
    reply_to = models.CharField(max_length=100)
    owing = models.IntegerField()

    class Meta:
        db_table = "board_message"
        constraints = _key_of("message")


class Doubt(Row):
    """Something that a person must settle, at the entry where it shows."""

    log = models.CharField(max_length=300)
    number = models.BigIntegerField()
    code = models.CharField(max_length=40)

    class Meta:
        db_table = "board_doubt"
        constraints = _key_of("doubt")
