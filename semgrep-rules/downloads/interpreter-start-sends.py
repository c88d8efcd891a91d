import subprocess
import sys
import urllib.request

# ok: interpreter-start-sends
sys.path.insert(0, "/opt/lib")
# ok: interpreter-start-sends
print("https://stats.example.org")
# ruleid: interpreter-start-sends
urllib.request.urlopen("https://stats.example.org/start")
# ruleid: interpreter-start-sends
subprocess.Popen([sys.executable, "-m", "agent"])
