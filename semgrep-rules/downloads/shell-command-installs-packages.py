import os
import sys

# ok: shell-command-installs-packages
os.system("pip list")
# ok: shell-command-installs-packages
os.system("echo pip install thing")
# ruleid: shell-command-installs-packages
os.system("pip install -q thing")
# ruleid: shell-command-installs-packages
os.system(f"{sys.executable} -m pip install thing")
