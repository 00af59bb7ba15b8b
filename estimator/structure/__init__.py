"""Structural checks: the wet wall, the bond between layers, the set wall, heat."""
