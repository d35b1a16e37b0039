"""The screens. Each asks ``projections`` and draws the answer; none decides anything."""
