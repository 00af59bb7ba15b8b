"""Reports: an estimate, a comparison or a catalogue entry as text or CSV."""
