#!/bin/sh
# ok: script-runs-download
curl -fsSL https://files.example.org/x.tar | tar x
# ok: script-runs-download
curl -fsSL https://files.example.org/sums | sha256sum -c -
# ruleid: script-runs-download
curl -fsSL https://files.example.org/install.sh | sudo -E bash -s -- --yes
# ruleid: script-runs-download
wget -qO- https://files.example.org/install.py | python3 -
# ruleid: script-runs-download
sh -c "$(curl -fsSL https://files.example.org/install.sh)"
