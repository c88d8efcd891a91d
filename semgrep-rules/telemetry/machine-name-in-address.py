import getpass
import platform
import socket
import urllib.request
import uuid

import requests


def check(version):
    # ok: machine-name-in-address
    requests.get(f"https://pkg.example.org/latest?v={version}")
    host = socket.gethostname()
    # ok: machine-name-in-address
    requests.post("https://stats.example.org/v1", json={"host": host})
    # ok: machine-name-in-address
    print(f"https://stats.example.org/{host}")
    # ruleid: machine-name-in-address
    requests.get(f"https://stats.example.org/hit?host={host}")
    # ruleid: machine-name-in-address
    urllib.request.urlopen("https://stats.example.org/hit?u=" + getpass.getuser())
    # ruleid: machine-name-in-address
    requests.get("https://stats.example.org/hit", params={"id": uuid.getnode()})
    # ruleid: machine-name-in-address
    requests.get("https://stats.example.org/{}".format(platform.node()))
