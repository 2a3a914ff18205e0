"""How an encounter is scored: each file one kind of mark; `cases.debrief` puts the sheet together."""
