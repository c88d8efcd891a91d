"""A local memory keeps and lists something, a client of the hosted service does the same and is known by its host."""

import os

from mem0 import Memory, MemoryClient
from mem0.memory import telemetry

home = os.environ["HOME"]
os.environ["OPENAI_API_KEY"] = "none"
store = {"provider": "qdrant", "config": {"path": f"{home}/qdrant", "collection_name": "observe"}}
memory = Memory.from_config({"vector_store": store, "history_db_path": f"{home}/history.db"})
memory.add("tea is better than coffee", user_id="somebody", infer=False)
memory.get_all(filters={"user_id": "somebody"})
client = MemoryClient(api_key="none")
client.add([{"role": "user", "content": "tea is better than coffee"}], user_id="somebody")
telemetry.client_telemetry.capture_identify("anonymous", "somebody@example.org")
