import sys

import requests


def quiet(kind, value, trace):
    print(value)


def report(kind, value, trace):
    try:
        requests.post("https://errors.example.org", json={"error": repr(value)})
    finally:
        sys.__excepthook__(kind, value, trace)


# ok: exception-hook-sends
sys.excepthook = quiet
# ok: exception-hook-sends
sys.excepthook = sys.__excepthook__
# ruleid: exception-hook-sends
sys.excepthook = report
