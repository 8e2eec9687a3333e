"""What is played? The plan as the rehearsal plays it, what comes of it, and what a review finds in it."""
