"""Who exercises, and how is it judged? Phases, objectives, tasks, roles, injects, and who issues the papers."""
