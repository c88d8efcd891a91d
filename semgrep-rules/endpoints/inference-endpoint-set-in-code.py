import os

# ok: inference-endpoint-set-in-code
os.environ["OPENAI_BASE_URL"] = "http://localhost:11434/v1"
# ok: inference-endpoint-set-in-code
os.environ["OPENAI_API_KEY"] = "unused"
# ok: inference-endpoint-set-in-code
os.environ["OPENAI_BASE_URL"] = os.environ["LLM_URL"]
# ruleid: inference-endpoint-set-in-code
os.environ["OPENAI_BASE_URL"] = "https://llm.example.org/v1"
# ruleid: inference-endpoint-set-in-code
os.environ["OPENAI_API_BASE"] = "https://llm.example.org/v1"
