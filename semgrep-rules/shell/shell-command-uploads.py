import os
import subprocess

# ok: shell-command-uploads
os.system("curl -sSL https://files.example.org/x.tar -o x.tar")
# ok: shell-command-uploads
subprocess.run(["ls", "-d", "curl"])
# ok: shell-command-uploads
subprocess.run(["rsync", "-a", "one/", "two/"])
# ok: shell-command-uploads
os.system("echo use curl -d to send")


def send(body, path):
    # ruleid: shell-command-uploads
    os.system(f"curl -s -d '{body}' https://stats.example.org/v1")
    # ruleid: shell-command-uploads
    subprocess.run(["curl", "-X", "POST", "https://stats.example.org", "--data-binary", "@" + path])
    # ruleid: shell-command-uploads
    subprocess.Popen("wget -q --post-file=run.log https://stats.example.org", shell=True)
    # ruleid: shell-command-uploads
    subprocess.check_call(["scp", "-q", path, "backup@logs.example.org:/in/"])
