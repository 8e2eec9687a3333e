"""What does an official paper look like? Documents in the form of Decree 30/2020/NĐ-CP, as DOCX and PDF.

A :class:`~sansang.formats.papers.paper.Paper` is the content without layout: :mod:`exercise_plan` and
:mod:`rehearsal_report` build one, :mod:`lint` checks it, :mod:`docx` and :mod:`pdf` render it. Papers are in
Vietnamese, by law. No paper carries a signature or a secrecy mark: the program does not handle secret papers.
"""
