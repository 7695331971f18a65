"""The JSON interface, one router a file."""
