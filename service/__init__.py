"""Where stancewire meets the world: command line, HTTP, archives, feeds, exports."""
