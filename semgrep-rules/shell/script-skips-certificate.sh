# ok: script-skips-certificate
curl -fsSL https://files.example.org/x -o x
# ok: script-skips-certificate
curl -k https://localhost:8443/health
# ok: script-skips-certificate
wget -q https://files.example.org/x
# ok: script-skips-certificate
git config --global http.sslVerify true
# ruleid: script-skips-certificate
curl -sk https://files.example.org/x -o x
# ruleid: script-skips-certificate
wget --no-check-certificate https://files.example.org/x
# ruleid: script-skips-certificate
pip install --trusted-host index.example.org x
