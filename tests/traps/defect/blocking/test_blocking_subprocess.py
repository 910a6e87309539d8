# what: A subprocess that the test waits for without `await`.
# says: test_blocking_subprocess.py:\d+ in test_a blocks the event loop

import subprocess
import sys


async def test_a():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(0.4)"], check=True)
