"""Who works where, as a workbook? Posts, standing units, people and roles go out to one, and come back looked at first.

:func:`roster_workbook` writes it; :func:`read_roster` says what a filled-in one changes, as facts.
"""

from sansang.formats.workbook.roster.read import read_roster
from sansang.formats.workbook.roster.rows import RosterChange, RosterReading
from sansang.formats.workbook.roster.sheets import SHEETS, roster_workbook

__all__ = ["SHEETS", "RosterChange", "RosterReading", "read_roster", "roster_workbook"]
