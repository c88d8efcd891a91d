from langchain_community.agent_toolkits.openapi.toolkit import RequestsToolkit


def toolkit(wrapper, trusted):
    # ok: agent-may-request-anything
    RequestsToolkit(requests_wrapper=wrapper)
    # ok: agent-may-request-anything
    RequestsToolkit(requests_wrapper=wrapper, allow_dangerous_requests=False)
    # ok: agent-may-request-anything
    RequestsToolkit(requests_wrapper=wrapper, allow_dangerous_requests=trusted)
    # ruleid: agent-may-request-anything
    return RequestsToolkit(requests_wrapper=wrapper, allow_dangerous_requests=True)
