"""How are words erased everywhere? Their keys are destroyed once the entry that says so has been committed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sansang.ledger.keyring import Keyring, LogAndNumber
from sansang.model.stream import Stream, parse_stream


def affected_streams(
    cursor: Any, keyring: Keyring, refs: Iterable[LogAndNumber], subjects: Iterable[str]
) -> set[Stream]:
    """The records that hold these entries, or entries about these subjects."""
    found: set[Stream] = set()
    for log in {log for log, _ in refs}:
        cursor.execute("SELECT stream FROM ledger_log WHERE name = %s", (log,))
        found |= {parse_stream(row[0]) for row in cursor.fetchall()}
    for subject in subjects:
        page = keyring.subject_page(subject)
        if page is not None:
            cursor.execute(
                "SELECT DISTINCT l.stream FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id WHERE e.page = %s",
                (page,),
            )
            found |= {parse_stream(row[0]) for row in cursor.fetchall()}
    return found


def destroy_erased_keys(cursor: Any, keyring: Keyring, refs: Iterable[LogAndNumber], subjects: Iterable[str]) -> int:
    """Destroy the keys of these entries and subjects, wherever they are still here; how many were destroyed.

    To be called once the entry that says so is committed. Doing it twice changes nothing more.
    """
    wanted = set(refs)
    pages: dict[int, set[LogAndNumber]] = {}
    for log, number in sorted(wanted):
        cursor.execute(
            "SELECT e.page, e.wrapped FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
            " WHERE l.name = %s AND e.number = %s",
            (log, number),
        )
        row = cursor.fetchone()
        if row is None or row[0] is None:
            continue
        if keyring.unwrap_key(row[0], bytes(row[1]), (log, number)) is not None:
            pages.setdefault(row[0], set()).add((log, number))
    known = [subject for subject in subjects if keyring.subject_page(subject) is not None]
    if pages or known:
        keyring.append_erased(sorted({ref for page in pages.values() for ref in page}), known)
    for page, gone in pages.items():
        keyring.puncture(page, _survivors(cursor, keyring, page, gone))
    for subject in known:
        keyring.destroy_subject_key(subject)
    return sum(len(page) for page in pages.values()) + len(known)


def _survivors(cursor: Any, keyring: Keyring, page: int, gone: set[LogAndNumber]) -> dict[LogAndNumber, bytes]:
    cursor.execute(
        "SELECT l.name, e.number, e.wrapped FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id WHERE e.page = %s",
        (page,),
    )
    left: dict[LogAndNumber, bytes] = {}
    for log, number, wrapped in cursor.fetchall():
        key = None if (log, number) in gone else keyring.unwrap_key(page, bytes(wrapped), (log, number))
        if key is not None:
            left[log, number] = key
    return left
