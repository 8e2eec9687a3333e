"""Who exercises, and how is it judged? The exercise around a scenario, and who issues its papers."""
