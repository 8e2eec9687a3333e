"""Who exercises, and how is it told and judged? Phases, objectives, tasks, roles, injects, and who issues the papers."""
