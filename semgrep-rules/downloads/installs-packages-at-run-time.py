import subprocess
import sys

# ok: installs-packages-at-run-time
subprocess.run([sys.executable, "-m", "pip", "list"])
# ok: installs-packages-at-run-time
print("pip install thing")
# ruleid: installs-packages-at-run-time
subprocess.check_call([sys.executable, "-m", "pip", "install", "thing"])
# ruleid: installs-packages-at-run-time
subprocess.run(f"pip install -q {thing}", shell=True)
