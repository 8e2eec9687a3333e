"""What does the official paper look like? Documents in the form of Decree 30/2020/NĐ-CP, as DOCX and PDF.

A :class:`~sansang.formats.papers.paper.Paper` is the content without layout: :mod:`exercise_plan` and
:mod:`rehearsal_report` make one, :mod:`lint` looks it through, :mod:`docx` and :mod:`pdf` write it. Papers are in
Vietnamese, by law. No paper carries a signature, and none has a secrecy mark: secret papers have no place here.
"""
