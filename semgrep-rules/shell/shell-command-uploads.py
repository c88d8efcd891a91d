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


def copies(path, host, bucket):
    # ok: shell-command-uploads
    subprocess.run(["aws", "s3", "cp", "s3://public/model.bin", path])
    # ok: shell-command-uploads
    subprocess.run(["aws", "s3", "sync", "--quiet", f"s3://{bucket}/in", path])
    # ok: shell-command-uploads
    os.system("gsutil -m cp -r gs://public/model .")
    # ok: shell-command-uploads
    os.system(f"scp {host}:/data/model.bin {path}")
    # ok: shell-command-uploads
    os.system("rclone copy remote:public ./model")
    # ruleid: shell-command-uploads
    subprocess.run(["aws", "s3", "cp", "--recursive", path, f"s3://{bucket}/out"])
    # ruleid: shell-command-uploads
    os.system(f"gsutil -m cp -r {path} gs://bucket/out")
    # ruleid: shell-command-uploads
    os.system(f"scp -r {path} {host}:/in &")
    # ruleid: shell-command-uploads
    os.system("rsync -az %s host.example.org:/in" % path)
    # ruleid: shell-command-uploads
    subprocess.run(["rsync", "-az", path, f"{host}:/in/"])
    # ruleid: shell-command-uploads
    os.system("rclone copy ./model remote:private")
