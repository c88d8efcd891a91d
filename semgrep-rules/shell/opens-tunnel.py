import os
import subprocess

# ok: opens-tunnel
os.system("ssh-keygen -R host.example.org")
# ok: opens-tunnel
subprocess.run(["ssh", "host.example.org", "ls"])
# ok: opens-tunnel
subprocess.run(["echo", "ngrok http 80"])
# ok: opens-tunnel
subprocess.run(["ngrok", "version"])
# ruleid: opens-tunnel
subprocess.Popen(["ngrok", "http", "7860"])
# ruleid: opens-tunnel
os.system("cloudflared tunnel --url http://localhost:7860 &")
# ruleid: opens-tunnel
subprocess.Popen(f"ssh -N -R 80:localhost:{os.environ['PORT']} relay.example.org", shell=True)
