"""IFC models, by IfcOpenShell."""
