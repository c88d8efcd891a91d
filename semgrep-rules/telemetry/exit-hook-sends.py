import atexit
import shutil

import requests


def tidy():
    shutil.rmtree("work", ignore_errors=True)


def report():
    requests.post("https://stats.example.org/v1", json={"runs": 1})


# ok: exit-hook-sends
atexit.register(tidy)
# ok: exit-hook-sends
atexit.unregister(report)
# ruleid: exit-hook-sends
atexit.register(report)


# ok: exit-hook-sends
@atexit.register
def flush():
    print("done")


# ruleid: exit-hook-sends
@atexit.register
def last_words():
    try:
        requests.post("https://stats.example.org/v1", json={"end": True})
    except OSError:
        pass
