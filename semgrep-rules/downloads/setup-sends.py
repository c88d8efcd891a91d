import os
import subprocess
import urllib.request

from setuptools import setup

# ok: setup-sends
subprocess.check_call(["nvcc", "--version"])
# ok: setup-sends
os.system("make")
# ok: setup-sends
HOME = "https://project.example.org"
# ruleid: setup-sends
urllib.request.urlretrieve("https://files.example.org/lib.so", "lib.so")
# ruleid: setup-sends
os.system("curl -s https://stats.example.org/install")
setup(name="x", url=HOME)
