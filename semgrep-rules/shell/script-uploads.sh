#!/bin/sh
# ok: script-uploads
curl -fsSL https://files.example.org/x.tar -o x.tar
# ok: script-uploads
echo "see the manual of curling"
# ok: script-uploads
wget -q https://files.example.org/x.tar
# ruleid: script-uploads
curl -s -X POST https://stats.example.org/v1 -d "$(uname -a)"
# ruleid: script-uploads
test -f run.log && wget --post-file=run.log https://stats.example.org/v1
# ruleid: script-uploads
curl https://stats.example.org/v1 \
  --data-binary @run.log
