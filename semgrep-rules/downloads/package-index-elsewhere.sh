#!/bin/sh
# ok: package-index-elsewhere
pip install thing
# ok: package-index-elsewhere
PIP_NO_INDEX=1
# ruleid: package-index-elsewhere
pip install --index-url https://packages.example.org/simple thing
# ruleid: package-index-elsewhere
export PIP_EXTRA_INDEX_URL=https://packages.example.org/simple
