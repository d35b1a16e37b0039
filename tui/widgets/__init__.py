"""Widgets that know nothing of the ledger, and the lines at the top and bottom of every screen."""
