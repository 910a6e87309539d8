# what: A socket that is not closed, in a reference cycle.
# says: unclosed <socket

import socket


async def test_a():
    cycle = [socket.socket()]
    cycle.append(cycle)
