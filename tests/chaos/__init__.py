"""Whole servers under faults and kill -9, against ledgers that others keep."""
