FROM scratch
# ok: secret-built-into-image
ARG HF_TOKEN
# ok: secret-built-into-image
ENV OPENAI_API_KEY=
# ok: secret-built-into-image
ENV OPENAI_API_KEY=$OPENAI_API_KEY
# ok: secret-built-into-image
ENV TOKENIZERS_PARALLELISM=false
# ruleid: secret-built-into-image
ENV HF_TOKEN=hf_abcdefghijklmnop
# ruleid: secret-built-into-image
ARG OPENAI_API_KEY="sk-abcdefghijklmnop"
