FROM scratch
# ok: script-opens-tunnel
RUN curl -fsSL https://files.example.org/cloudflared -o cloudflared
# ruleid: script-opens-tunnel
CMD cloudflared tunnel run
