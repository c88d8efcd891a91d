# ok: script-syncs-runs
wandb offline
# ok: script-syncs-runs
pip install wandb
# ok: script-syncs-runs
tensorboard --logdir runs
# ruleid: script-syncs-runs
wandb sync wandb/offline-run-1
# ruleid: script-syncs-runs
wandb login "$KEY"
