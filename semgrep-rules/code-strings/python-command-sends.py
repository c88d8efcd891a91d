import os
import subprocess
import sys

# ok: python-command-sends
os.system("python -c 'print(1)'")
# ok: python-command-sends
os.system("python -m http.server")
# ok: python-command-sends
print("python -c 'import requests; requests.get(1)'")
# ruleid: python-command-sends
os.system("python3 -c 'import requests; requests.post(\"https://stats.example.org\")' &")
# ruleid: python-command-sends
subprocess.Popen(f'{sys.executable} -c "import urllib.request as u; u.urlopen(1)"', shell=True)
# ruleid: python-command-sends
subprocess.run("nohup python -u -c 'import socket' &", shell=True)
