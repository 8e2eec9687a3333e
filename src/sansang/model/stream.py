"""How is a record named, and its logs? A record kind ("operation") and an id there; each post and replica has a log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, order=True)
class Stream:
    """One record: all logs of one operation, or of what exists once for each installation (id "": the access record).

    Written as "operation/<id>" or "access".
    """

    kind: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}" if self.id else self.kind

    def log(self, post: str, replica: str) -> str:
        """The log that a replica writes for a post: "operation/<id>/<post>/<replica>", or "access/<replica>"."""
        return f"{self}/{post}/{replica}" if self.id else f"{self}/{replica}"


@dataclass(frozen=True, slots=True)
class LogName:
    """What the name of a log says: its record, its post ("" for none), and the replica that writes it."""

    stream: Stream
    post: str
    replica: str


@lru_cache(maxsize=4096)
def parse_log(name: str) -> LogName:
    """The parts of a log's name. Every text has some: three or fewer parts are a record without id and post."""
    parts = name.split("/")
    if len(parts) >= 4:
        kind, *middle, post, replica = parts
        return LogName(Stream(kind, "/".join(middle)), post, replica)
    if len(parts) == 3:
        return LogName(Stream(parts[0]), parts[1], parts[2])
    return LogName(Stream(parts[0]), "", parts[-1] if len(parts) == 2 else "")


def parse_stream(name: str) -> Stream:
    """The record of that name, as :meth:`Stream.__str__` writes it."""
    kind, _, record = name.partition("/")
    return Stream(kind, record)
