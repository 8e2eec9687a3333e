"""Any later change of an entry is found; what can name a person can be erased, and the chain still verifies."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.ledger.chain import Fault, Head, StoredEntry, faults
from sansang.ledger.envelope import (
    BEGINNING,
    ENVELOPE_FORM,
    Envelope,
    envelope_bytes,
    hash_of,
    mapping_bytes,
    mapping_of,
    micros,
    moment_of,
    parse_envelope,
    short_hash,
)
from sansang.ledger.kinds import body_of, fact_of, sealed_fields
from sansang.ledger.sealing import CannotUnseal, bound_to, seal, unseal, unwrap, wrap
from sansang.model.fact import ERASED, Fact, Unknown
from sansang.model.operation.calls_for_help import HelpAcknowledged, HelpCalled
from sansang.model.operation.log import Noted
from sansang.model.operation.messages import MessageSent
from sansang.model.operation.opening import Opened
from sansang.model.operation.record import OPERATION
from sansang.model.operation.situations import SituationReported
from tests.fact_strategies import FACTS
from tests.model.test_operation import NIGHT

LOG = "operation/x/p4/r1"
COLUMNS = ("kind", "post", "author", "command", "millis")


def chance() -> Any:
    """Random bytes that a test knows: hashes of a counter."""
    numbers = itertools.count()

    def some(many: int) -> bytes:
        return hashlib.sha512(str(next(numbers)).encode()).digest()[:many]

    return some


def written(said: Sequence[Fact], log: str = LOG) -> list[StoredEntry]:
    """A log of these facts as it lies in a database."""
    rows: list[StoredEntry] = []
    previous = BEGINNING
    give = chance()
    for number, fact in enumerate(said, 1):
        body = body_of(fact)
        sealed = b""
        if body.sealed:
            sealed, _ = seal(mapping_bytes(body.sealed), bound_to(log, number, body.kind), give)
        at = micros(NIGHT + timedelta(minutes=number))
        envelope = Envelope(
            ENVELOPE_FORM, log, number, at // 1000, 0, at, at, "u1", "p4", body.kind, body.version, f"c{number}", "",
            mapping_bytes(body.clear), sealed, previous,
        )  # fmt: skip
        data = envelope_bytes(envelope)
        previous = hash_of(data)
        rows.append(StoredEntry(log, number, data, previous, {name: getattr(envelope, name) for name in COLUMNS}))
    return rows


LOGS = st.lists(FACTS, min_size=1, max_size=12).map(written)
NOTES = [Noted(f"dòng {n}") for n in range(6)]


# Bytes


@given(st.lists(FACTS, min_size=1, max_size=6))
def test_an_untouched_log_has_no_fault(said: list[Fact]) -> None:
    assert list(faults(written(said))) == []


@given(LOGS, st.data())
@settings(max_examples=300)
def test_any_flipped_bit_is_found_at_its_entry(rows: list[StoredEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    part = data.draw(st.sampled_from(["data", "hash"]))
    before = bytearray(getattr(rows[at], part))
    bit = data.draw(st.integers(0, len(before) * 8 - 1))
    before[bit // 8] ^= 1 << bit % 8
    changed: dict[str, Any] = {part: bytes(before)}
    rows[at] = msgspec.structs.replace(rows[at], **changed)
    assert any(fault.code == "bytes-changed" and fault.number == at + 1 for fault in faults(rows))


@given(LOGS, st.data())
def test_a_column_changed_without_the_ledger_is_found(rows: list[StoredEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from(COLUMNS))
    rows[at] = msgspec.structs.replace(rows[at], columns={**rows[at].columns, name: "other"})
    assert list(faults(rows)) == [Fault("column-changed", LOG, at + 1, name)]


def test_an_entry_rewritten_with_its_hash_breaks_the_link_to_the_next() -> None:
    rows = written(NOTES)
    other = written([*NOTES[:2], Noted("khác"), *NOTES[3:]])
    rows[2] = other[2]
    assert [(fault.code, fault.number) for fault in faults(rows)] == [("broken-link", 4)]


def test_an_entry_deleted_or_inserted_between_others_is_found() -> None:
    rows = written(NOTES)
    assert [(f.code, f.number) for f in faults([*rows[:2], *rows[3:]])] == [("gap", 4)]
    assert next((f.code, f.number) for f in faults([*rows[:3], rows[2], *rows[3:]])) == ("fork", 3)


def test_a_cut_tail_and_a_rewritten_chain_are_found_from_a_peers_heads() -> None:
    rows = written(NOTES)
    head = Head(LOG, 6, rows[5].hash)
    assert list(faults(rows, [head])) == []
    assert list(faults(rows[:4], [head])) == [Fault("tail-cut", LOG, 5, "6")]
    assert list(faults([], [head])) == [Fault("tail-cut", LOG, 1, "6")]
    rewritten = written([Noted("khác"), *NOTES[1:]])
    assert [(f.code, f.number) for f in faults(rewritten, [head])] == [("rewritten", 6)]


def test_several_logs_are_verified_one_by_one() -> None:
    other = "operation/x/p6/r1"
    rows = [*written(NOTES), *written(NOTES[:3], other)]
    heads = [Head(LOG, 6, rows[5].hash), Head(other, 4, bytes(32))]
    assert list(faults(rows, heads)) == [Fault("tail-cut", other, 4, "4")]


@given(LOGS)
def test_an_entry_has_only_one_canonical_form(rows: list[StoredEntry]) -> None:
    for row in rows:
        assert envelope_bytes(parse_envelope(row.data)) == row.data
    loose = msgspec.msgpack.encode(msgspec.structs.astuple(parse_envelope(rows[0].data))) + b"\xc0"
    with pytest.raises(ValueError, match="no entry"):
        parse_envelope(loose)


def test_a_number_written_wider_than_it_needs_is_refused() -> None:
    data = written(NOTES[:1])[0].data
    # The form is the small number 1 behind the sign of a long array; 0xcc 0x01 says the same in two bytes.
    wide = data[:3] + b"\xcc\x01" + data[4:]
    with pytest.raises(ValueError, match="canonical"):
        parse_envelope(wide)
    assert [fault.code for fault in faults([StoredEntry(LOG, 1, wide, hash_of(wide))])] == ["not-an-entry"]


def test_a_moment_has_its_microseconds_in_any_time_zone() -> None:
    here = datetime(2026, 11, 14, 22, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=7)))
    assert moment_of(micros(here)) == here
    assert moment_of(micros(here)).tzinfo is UTC
    assert short_hash(bytes(range(32))) == "0001 0203 0405 0607"


# Bodies


@given(FACTS)
@settings(max_examples=300)
def test_every_fact_comes_back_from_its_body(fact: Fact) -> None:
    body = body_of(fact)
    clear, sealed = mapping_of(mapping_bytes(body.clear)), mapping_of(mapping_bytes(body.sealed))
    assert fact_of(OPERATION, body.kind, body.version, clear, sealed) == fact


def test_free_words_and_names_are_sealed() -> None:
    assert sealed_fields(OPERATION.kinds["situation_reported"]) == {
        *("reporter", "phone", "place", "development", "extent", "spread", "help_requested")
    }
    for name, kind in OPERATION.kinds.items():
        open_words = {
            field.name
            for field in dataclasses.fields(kind.fact)
            if field.name in ("text", "person", "note", "phone", "reporter", "reason", "who")
        }
        # Why a level is declared is published; nothing else of the kind is.
        assert name.startswith("level_") or open_words <= sealed_fields(kind)


def test_what_a_newer_program_wrote_is_stored_whole() -> None:
    assert fact_of(OPERATION, "weather", 1, {"rain": 3}, {}) == Unknown("weather", 1, (("rain", 3),))
    newer = fact_of(OPERATION, "noted", 2, {"colour": "red"}, {"text": "x"})
    assert newer == Unknown("noted", 2, (("colour", "red"),))


def test_a_call_for_help_that_was_written_as_a_message_is_one_still() -> None:
    sealed = {"text": "Cần giúp: Tổ bơm", "acknowledgers": ["Phường 4"]}
    body: dict[str, object] = {"id": "help-to-bom-0a1b2c3d", "to": ["p4"], "answer_by": "2026-11-14T15:33:00Z"}
    until = datetime(2026, 11, 14, 15, 33, tzinfo=UTC)
    called = HelpCalled("help-to-bom-0a1b2c3d", ("p4",), "Cần giúp: Tổ bơm", answer_by=until)
    assert fact_of(OPERATION, "message_sent", 1, body, dict(sealed)) == called
    heard = fact_of(OPERATION, "message_acknowledged", 1, {"id": called.id}, {"acknowledger": "Phường 4"})
    assert heard == HelpAcknowledged(called.id, "Phường 4")
    other = fact_of(OPERATION, "message_sent", 1, {"id": "m-1", "to": ["p4"]}, dict(sealed))
    assert other == MessageSent("m-1", ("p4",), "Cần giúp: Tổ bơm", ("Phường 4",))


# Forgetting


def test_words_open_only_with_their_key_and_at_their_entry() -> None:
    give = chance()
    bound = bound_to(LOG, 7, "noted")
    sealed, key = seal("lời".encode(), bound, give)
    assert unseal(sealed, bound, key) == "lời".encode()
    for wrong in (bound_to(LOG, 8, "noted"), bound_to("operation/x/p6/r1", 7, "noted")):
        with pytest.raises(CannotUnseal):
            unseal(sealed, wrong, key)
    with pytest.raises(CannotUnseal):
        unseal(sealed, bound, bytes(32))
    with pytest.raises(CannotUnseal):
        unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), bound, key)


def test_without_the_subjects_key_the_entrys_key_cannot_be_read() -> None:
    give = chance()
    subject, key = give(32), give(32)
    wrapped = wrap(key, subject)
    assert unwrap(wrapped, subject) == key
    with pytest.raises(CannotUnseal):
        unwrap(wrapped, give(32))


def test_after_the_key_is_destroyed_the_chain_verifies_and_the_words_are_gone() -> None:
    report = SituationReported("s1", reporter="Nguyễn Thị Ví Dụ", phone="0900000123", place="hẻm 5", kind="chay")
    rows = written([Opened("Đêm", "real"), report])
    assert list(faults(rows)) == []
    everything = b"".join(row.data + row.hash for row in rows)
    for word in ("Ví Dụ", "0900000123", "hẻm 5"):
        assert word.encode() not in everything
    envelope = parse_envelope(rows[1].data)
    forgotten = fact_of(OPERATION, envelope.kind, envelope.version, mapping_of(envelope.clear), None)
    assert isinstance(forgotten, SituationReported)
    assert (forgotten.id, forgotten.kind) == ("s1", "chay")
    assert forgotten.phone == forgotten.reporter == ERASED


def test_guessing_a_phone_number_against_the_hashes_finds_nothing() -> None:
    report = SituationReported("s1", phone="0900000123")
    row = written([report])[0]
    envelope = parse_envelope(row.data)
    hashes = {row.hash.hex(), hash_of(envelope.sealed).hex()}
    for guess in range(900_000_000, 900_000_400):
        phone = f"0{guess}"
        words = mapping_bytes(body_of(SituationReported("s1", phone=phone)).sealed)
        tried = {hash_of(words).hex(), hash_of(phone.encode()).hex(), hash_of(envelope.clear + words).hex()}
        assert not tried & hashes
        assert words not in row.data
