"""How does a message leave? Through the list of its operation, written in the log before anything is sent."""

from __future__ import annotations

from sansang.commands.installation import Installation
from sansang.commands.operation import LineRequest, append_line
from sansang.ledger.store import Transaction
from sansang.model.access.actor import Actor
from sansang.model.access.outreach import Outgoing, outgoing
from sansang.model.operation.messages import ContactReached, contacts_reached
from sansang.model.operation.opening import head
from sansang.model.operation.record import stream_of


def reach_contact(
    installation: Installation, actor: Actor, command: str, operation: str, post: str, contact: str, text: str
) -> Outgoing | None:
    """The message to one contact, for its channel to send; None where this command has sent it before.

    Raises CannotReach, or as :func:`sansang.commands.operation.write`.
    """

    def work(work: Transaction) -> Outgoing | None:
        state = installation.state(work, stream_of(operation))
        mode, sent = head(state).mode, contacts_reached(state)
        message = outgoing(installation.access(work), operation, mode, contact, text, sent)
        line = LineRequest(command, operation, post, ContactReached(contact, message.channel, message.text))
        answer = append_line(installation, work, actor, line)
        return None if answer.is_repeat else message

    return installation.run(work)
