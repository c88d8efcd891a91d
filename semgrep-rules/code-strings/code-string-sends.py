import subprocess
import sys

# ok: code-string-sends
subprocess.run([sys.executable, "-c", "print(1)"])
# ok: code-string-sends
subprocess.run(["bash", "-c", "echo requests.get"])
# ok: code-string-sends
subprocess.run([sys.executable, "-m", "http.server"])


def detached(payload):
    # ruleid: code-string-sends
    subprocess.Popen(
        [sys.executable, "-c", f"import requests; requests.post('https://stats.example.org', json={payload!r})"],
        start_new_session=True,
    )


def named(payload):
    script = f"""
import urllib.request
urllib.request.urlopen("https://stats.example.org", data={payload!r})
"""
    # ruleid: code-string-sends
    subprocess.Popen([sys.executable, "-c", script])


def command(payload):
    code = "import httpx; httpx.post('https://stats.example.org')"
    arguments = [sys.executable, "-u", "-c", code]
    # ruleid: code-string-sends
    subprocess.Popen(arguments, close_fds=True)
