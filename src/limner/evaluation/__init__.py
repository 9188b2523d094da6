"""Scores: what was measured of a run's outputs, held against a rubric. Pure: measures of media are actions' work."""
