"""The pages of an administrator: people, roles, rosters, areas, devices."""
