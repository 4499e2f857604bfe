"""Grades of a published evaluation, as chips."""

TONES = {"优": "ok", "良": "ok", "中": "due", "差": "overdue"}
