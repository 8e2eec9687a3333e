"""What has happened in an operation, and what follows? One file a subject, each with its facts, effects and refusals.

:mod:`record` is the record kind that lists them.
"""
