"""The ledger's tables, for Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The tables of the ledger."""

    name = "sansang.ledger"
    label = "ledger"
    verbose_name = "Ledger"
