"""What do the head and the foot of a plan's papers contain?"""

from __future__ import annotations

from sansang.formats.papers.paper import Appendix, Block, Mark, Paper
from sansang.formats.papers.wording import ward_name
from sansang.model.exercise.exercise import Exercise
from sansang.model.exercise.issuing import Issuing

#: Written where the plan gives no value, to be filled in by hand.
BLANK = "…………"


def issuing_of(scenario: Exercise) -> Issuing:
    """The issuing authority given in the plan, else the first ward's committee with blanks to fill in."""
    if scenario.papers is not None:
        return scenario.papers
    first = scenario.wards[0] if scenario.wards else None
    return Issuing(
        issuer=f"Ủy ban nhân dân {BLANK if first is None else ward_name(scenario, first.id)}",
        place=BLANK if first is None else first.area.full_name,
        parent="",
        drafted_by=BLANK,
        signing=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        recipients=(BLANK,),
    )


def mark_of(scenario: Exercise) -> Mark:
    """The mark across the pages: VÍ DỤ for an example, else DIỄN TẬP, as every plan is one of an exercise."""
    return "VÍ DỤ" if scenario.example else "DIỄN TẬP"


def paper_of(
    scenario: Exercise, kind: str, title: str, blocks: tuple[Block, ...], appendices: tuple[Appendix, ...]
) -> Paper:
    """A paper of the plan's issuer with an open number; a report has addressees, and "Như trên" as first recipient."""
    issuing = issuing_of(scenario)
    has_addressees = kind == "BC" and bool(issuing.addressees)
    recipients = issuing.recipients
    if has_addressees:
        recipients = ("Như trên", *(name for name in recipients if name not in issuing.addressees))
    return Paper(
        type=kind,
        issuer=issuing.issuer,
        parent=issuing.parent,
        symbol=issuing.symbol,
        place=issuing.place,
        day=issuing.date,
        year=(issuing.date or scenario.day).year,
        title=title,
        grounds=issuing.grounds if kind == "KH" else (),
        addressees=issuing.addressees if has_addressees else (),
        blocks=blocks,
        signing=issuing.signing or ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        recipients=recipients,
        drafted_by=issuing.drafted_by or BLANK,
        mark=mark_of(scenario),
        appendices=appendices,
    )
