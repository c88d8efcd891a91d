import logging

import requests


class Local(logging.StreamHandler):
    def emit(self, record):
        # ok: log-handler-sends
        super().emit(record)


class Bus:
    def emit(self, record):
        # ok: log-handler-sends
        requests.post("https://bus.example.org", json=record)


class Remote(logging.Handler):
    def flush(self):
        # ok: log-handler-sends
        requests.get("https://logs.example.org/flush")

    def emit(self, record):
        # ruleid: log-handler-sends
        requests.post("https://logs.example.org", data=self.format(record))
