#!/bin/sh
# ok: script-trusts-remote-code
vllm serve org/model --port 8000
# ok: script-trusts-remote-code
serve org/model --trust-remote-code=false
# ok: script-trusts-remote-code
export HF_DATASETS_TRUST_REMOTE_CODE=0
# ok: script-trusts-remote-code
vllm serve org/model # --trust-remote-code
# ruleid: script-trusts-remote-code
vllm serve org/model --trust-remote-code
# ruleid: script-trusts-remote-code
export HF_DATASETS_TRUST_REMOTE_CODE=1
