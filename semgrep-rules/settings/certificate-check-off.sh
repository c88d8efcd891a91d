#!/bin/sh
# ok: certificate-check-off
export PYTHONHTTPSVERIFY=1
# ruleid: certificate-check-off
export PYTHONHTTPSVERIFY=0
# ruleid: certificate-check-off
GIT_SSL_NO_VERIFY=true git push
