import json
import os
import subprocess
import urllib.request

import requests


def report(url):
    # ok: whole-environment-sent
    subprocess.run(["make"], env=dict(os.environ), check=True)
    # ok: whole-environment-sent
    requests.post(url, json={"ci": os.environ.get("CI")})
    # ok: whole-environment-sent
    print(dict(os.environ))
    # ruleid: whole-environment-sent
    requests.post(url, json=dict(os.environ))
    everything = json.dumps(dict(os.environ)).encode()
    # ruleid: whole-environment-sent
    urllib.request.urlopen(url, everything)
    # ruleid: whole-environment-sent
    requests.post(url, data={k: v for k, v in os.environ.items()})
