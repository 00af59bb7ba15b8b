"""Floor planners: react-planner, Blueprint3D and Sweet Home 3D."""
