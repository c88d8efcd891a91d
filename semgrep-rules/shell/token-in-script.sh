# ok: token-in-script
curl -H "Authorization: Bearer $TOKEN" https://api.example.org
# ok: token-in-script
huggingface-cli login --token "$HF_TOKEN"
# ok: token-in-script
curl -H "Authorization: Bearer ${{ secrets.KEY }}" https://api.example.org
# ruleid: token-in-script
curl -H "Authorization: Bearer abcdefghijabcdefghijabcdefghij" https://api.example.org
# ruleid: token-in-script
huggingface-cli login --token hf_abcdefghijabcdefghij
