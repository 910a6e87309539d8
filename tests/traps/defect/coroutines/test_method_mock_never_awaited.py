# what: An async mock, put in place of a method, that is never awaited.
# says: _execute_mock_call.*never awaited

from unittest.mock import patch


class Client:
    async def send(self):
        return 1


async def test_a():
    with patch.object(Client, "send") as send:
        Client().send()
    send.assert_called_once()
