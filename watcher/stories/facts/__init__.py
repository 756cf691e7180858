"""Signal: what survives translation and retelling - figures, model numbers, names, days, deeds, quoted words."""
