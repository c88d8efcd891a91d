# ok: script-opens-tunnel
ssh -i key user@host.example.org uptime
# ok: script-opens-tunnel
pip install pyngrok
# ok: script-opens-tunnel
ssh -L 8080:localhost:80 host.example.org
# ngrok http 7860
# ruleid: script-opens-tunnel
ngrok http 7860
# ruleid: script-opens-tunnel
cloudflared tunnel --url http://localhost:7860
# ruleid: script-opens-tunnel
ssh -fN -R 80:localhost:7860 relay.example.org
