"""What are the words? Frozen values and pure functions of the field, on the standard library alone.

No clock, no chance and no input or output stand here: time, ids and chance are passed in. Start with
:mod:`sansang.model.plan.scenario`; every other module is a part of what it says.
"""
