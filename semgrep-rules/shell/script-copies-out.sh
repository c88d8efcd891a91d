#!/bin/sh
# ok: script-copies-out
rsync -a src/ dest/
# ok: script-copies-out
scp host.example.org:/data/model.bin .
# ok: script-copies-out
aws s3 cp s3://public/model.bin model.bin
# ok: script-copies-out
gsutil -m cp gs://public/model.bin .
# ok: script-copies-out
echo "done" # scp a host.example.org:/b
# ok: script-copies-out
rclone copy remote:public ./model
# ruleid: script-copies-out
scp -r logs user@host.example.org:/in/
# ruleid: script-copies-out
rsync -az --delete data/ "$USER@host.example.org:/backup"
# ruleid: script-copies-out
aws s3 sync ./outputs s3://bucket/outputs --quiet
# ruleid: script-copies-out
cd /data && gsutil -m cp -r runs gs://bucket/runs
# ruleid: script-copies-out
ossutil64 cp -r ./logs oss://bucket/logs
# ruleid: script-copies-out
rclone sync ./logs remote:bucket/logs
