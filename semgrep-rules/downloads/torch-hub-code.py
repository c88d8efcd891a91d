import torch

# ok: torch-hub-code
torch.load("model.pt")
# ok: torch-hub-code
torch.hub.load("./checkout", "net", source="local")
# ok: torch-hub-code
torch.hub.load_state_dict_from_url("https://files.example.org/net.pt")
# ruleid: torch-hub-code
torch.hub.load("owner/repository", "net", trust_repo=True)
