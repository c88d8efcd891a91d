# ok: container-logs-sent
docker run --log-driver local image
# ruleid: container-logs-sent
docker run --log-driver=awslogs image
