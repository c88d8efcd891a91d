from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamablehttp_client


async def connect(url):
    # ok: remote-tool-server-in-code
    async with streamablehttp_client(url):
        pass
    # ok: remote-tool-server-in-code
    async with sse_client("http://localhost:8000/sse"):
        pass
    # ruleid: remote-tool-server-in-code
    async with streamablehttp_client("https://tools.example.org/mcp"):
        pass
    # ruleid: remote-tool-server-in-code
    async with sse_client("https://tools.example.org/sse"):
        pass
