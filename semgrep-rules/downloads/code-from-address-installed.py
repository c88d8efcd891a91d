import subprocess
import sys


def prepare(package):
    # ok: code-from-address-installed
    subprocess.check_call([sys.executable, "-m", "pip", "install", package])
    # ok: code-from-address-installed
    subprocess.run(["git", "clone", "git+ssh://git.example.org/x"], check=True)
    # ok: code-from-address-installed
    subprocess.run(["pip", "install", "--index-url", "https://index.example.org/simple", "x"], check=True)
    # ruleid: code-from-address-installed
    subprocess.check_call([sys.executable, "-m", "pip", "install", "git+https://git.example.org/x.git"])
    # ruleid: code-from-address-installed
    subprocess.run(["pip", "install", "https://files.example.org/x-1.0-py3-none-any.whl"], check=True)
