FROM python:3.12-slim
# ok: image-adds-remote-file
ADD src /app
# ok: image-adds-remote-file
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://files.example.org/a /a
# ok: image-adds-remote-file
COPY https.txt /app
# ruleid: image-adds-remote-file
ADD https://files.example.org/model.bin /models/
# ruleid: image-adds-remote-file
ADD --chown=app:app git@git.example.org:team/code.git /code
