import openai
from langchain_openai import ChatOpenAI
from openai import OpenAI


def clients(url):
    # ok: model-client-pointed-elsewhere
    OpenAI(base_url=url)
    # ok: model-client-pointed-elsewhere
    OpenAI(base_url="http://localhost:8000/v1")
    # ok: model-client-pointed-elsewhere
    OpenAI(base_url="http://vllm:8000/v1")
    # ok: model-client-pointed-elsewhere
    OpenAI(base_url="https://api.openai.com/v1")
    # ruleid: model-client-pointed-elsewhere
    OpenAI(api_key="k", base_url="https://llm.example.org/v1")
    # ruleid: model-client-pointed-elsewhere
    openai.api_base = "https://llm.example.org/v1"
    # ruleid: model-client-pointed-elsewhere
    return ChatOpenAI(model="m", base_url="https://llm.example.org/v1")
