"""An agent answers one message."""

import json
import os

from agno.agent import Agent
from agno.models.openai import OpenAIChat

given = json.loads(os.environ.get("OBSERVE_ARGUMENTS", "{}"))
stream = given.pop("stream", False)
agent = Agent(model=OpenAIChat(id="gpt-4o-mini", api_key="none", max_retries=0), **given)
answer = agent.run("Hello", stream=stream)
print(list(answer) if stream else answer.content)
