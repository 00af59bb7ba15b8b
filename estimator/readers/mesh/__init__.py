"""Meshes: STL, OBJ, PLY, GLB, 3MF and DAE."""
