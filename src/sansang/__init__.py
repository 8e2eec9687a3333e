"""Sẵn Sàng: ready, before the night comes."""

__version__ = "0.1.0"
