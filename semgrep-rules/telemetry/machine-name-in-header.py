import platform
import socket
import urllib.request

import requests

AGENT = "tool/1.0"


def fetch(url):
    # ok: machine-name-in-header
    requests.get(url, headers={"User-Agent": AGENT})
    # ok: machine-name-in-header
    requests.get(url, headers={"User-Agent": f"tool/1.0 python/{platform.python_version()}"})
    # ruleid: machine-name-in-header
    requests.get(url, headers={"User-Agent": f"tool/1.0 ({socket.gethostname()})"})
    headers = {"X-Client": platform.node()}
    # ruleid: machine-name-in-header
    return urllib.request.Request(url, headers=headers)
