"""How is the ledger stored in a database? Entries that are only ever inserted, and what is needed to find them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Installation(models.Model):
    """The one row that says which replica this is. Its lock orders the writers; ``writes`` counts transactions."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    replica = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    restored_from = models.CharField(max_length=32, default="")
    writes = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_installation"


class Log(models.Model):
    """A log by its name, and its short number in this database."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=300, unique=True)
    stream = models.CharField(max_length=200, db_index=True)  # "operation/<id>" or "access"

    class Meta:
        db_table = "ledger_log"


class Entry(models.Model):
    """An entry: its bytes and their hash, and columns derived from them. ``position``, page and key are local."""

    position = models.BigIntegerField(primary_key=True)
    log = models.ForeignKey(Log, models.PROTECT, db_index=False)
    number = models.BigIntegerField()
    millis = models.BigIntegerField()
    counter = models.IntegerField()
    kind = models.CharField(max_length=40)
    command = models.CharField(max_length=80, null=True)
    data = models.BinaryField()
    hash = models.BinaryField()
    page = models.BigIntegerField(null=True)
    wrapped = models.BinaryField(null=True)
    local_sum = models.BigIntegerField()  # over position, page and wrapped key, which no hash covers

    class Meta:
        db_table = "ledger_entry"
        constraints: ClassVar = [models.UniqueConstraint(fields=["log", "number"], name="ledger_entry_number")]
        indexes: ClassVar = [
            models.Index(fields=["command"], name="ledger_entry_command", condition=models.Q(command__isnull=False)),
            # Finds the few of these kinds among very many lines: see INDEXED_KINDS in ledger/history.py.
            models.Index(
                fields=["log", "number"],
                name="ledger_entry_looked_for",
                condition=models.Q(kind__in=["corrected", "photo_added"]),
            ),
        ]


class PeerHead(models.Model):
    """Where a log ended according to a peer: what was cut or rewritten here shows against it."""

    id = models.BigAutoField(primary_key=True)
    peer = models.CharField(max_length=32)
    log = models.CharField(max_length=300)
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_peer_head"
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "log"], name="ledger_peer_head_log")]
