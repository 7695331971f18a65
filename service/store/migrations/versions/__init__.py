"""One file a step, numbered; a step that was released never changes."""
