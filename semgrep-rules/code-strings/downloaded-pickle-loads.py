import io
import json
import pickle

import requests
import torch

# ok: downloaded-pickle-loads
pickle.load(open("local.pkl", "rb"))
# ok: downloaded-pickle-loads
json.loads(requests.get("https://data.example.org/x").text)
# ok: downloaded-pickle-loads
torch.load(io.BytesIO(requests.get("https://data.example.org/x.pt").content), weights_only=True)
# ruleid: downloaded-pickle-loads
pickle.loads(requests.get("https://data.example.org/x.pkl").content)
answer = requests.get("https://data.example.org/x.pt")
# ruleid: downloaded-pickle-loads
torch.load(io.BytesIO(answer.content))
