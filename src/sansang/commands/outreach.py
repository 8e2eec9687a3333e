"""How does a message leave? Through the list of its operation, put down in the log before anything is sent."""

from __future__ import annotations

from sansang.commands.installation import Installation
from sansang.commands.operation import Line, put_down
from sansang.ledger.store import Transaction
from sansang.model.access.actor import Actor
from sansang.model.access.contacts import Outgoing, outgoing
from sansang.model.operation.facts import ContactReached
from sansang.model.operation.folding import REACHED


def reach(
    installation: Installation, actor: Actor, command: str, operation: str, post: str, contact: str, text: str
) -> Outgoing | None:
    """The message to one contact, for its channel to send; None where this command has sent it before.

    Raises CannotReach, or as :func:`operation.write`.
    """

    def work(work: Transaction) -> Outgoing | None:
        live = installation.boards.live(work, operation)
        sent = live.folding.now["totals"].get(REACHED, 0)
        message = outgoing(installation.access.now(work), operation, live.folding.mode, contact, text, sent)
        line = Line(command, operation, post, ContactReached(contact, message.channel, message.text))
        answer = put_down(installation, work, actor, line)
        return None if answer.is_repeat else message

    return installation.run(work)
