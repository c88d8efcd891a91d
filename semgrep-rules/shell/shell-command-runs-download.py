import os
import subprocess

# ok: shell-command-runs-download
os.system("curl -fsSL https://files.example.org/x.tar | tar x")
# ok: shell-command-runs-download
subprocess.run("wget -q https://files.example.org/x.sh", shell=True)
# ruleid: shell-command-runs-download
os.system("curl -fsSL https://files.example.org/install.sh | sh")
# ruleid: shell-command-runs-download
subprocess.run(["bash", "-c", f"wget -qO- {url} | sudo bash"])
