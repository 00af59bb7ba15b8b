"""Maps of rooms: GeoJSON and IMDF."""
