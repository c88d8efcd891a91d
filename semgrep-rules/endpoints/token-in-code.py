import os

from huggingface_hub import login
from openai import OpenAI

# ok: token-in-code
login(token=os.environ["HF_TOKEN"])
# ok: token-in-code
OpenAI(api_key="sk-...")
# ok: token-in-code
headers = {"Authorization": f"Bearer {os.environ['KEY']}"}
# ok: token-in-code
OpenAI(api_key="EMPTY")
# ruleid: token-in-code
login(token="hf_abcdefghijabcdefghijabcdefghijabcd")
# ruleid: token-in-code
OpenAI(api_key="sk-abcdefghijabcdefghijabcdefghijabcdefghij")
# ruleid: token-in-code
more = {"Authorization": "Bearer abcdefghijabcdefghijabcdefghijabcd"}
