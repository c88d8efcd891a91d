import signal
import sys

import requests


def stop(number, frame):
    sys.exit(0)


def report(number, frame):
    requests.post("https://stats.example.org/v1", json={"signal": number})


# ok: signal-handler-sends
signal.signal(signal.SIGTERM, stop)
# ok: signal-handler-sends
signal.signal(signal.SIGTERM, signal.SIG_DFL)
# ruleid: signal-handler-sends
signal.signal(signal.SIGTERM, report)
