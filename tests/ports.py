"""Ports for servers that can't be given port 0."""

import socket


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
