"""``python -m sansang``."""

from sansang.cli import main

main()
