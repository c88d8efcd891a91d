"""A model made from its configuration predicts and is exported.

It is an end-to-end one, which needs no torchvision. A training run needs one that fits the torch of this machine, so
the event of its end is asked for with the objects a trainer would hand over.
"""

import os
import threading
import time
from types import SimpleNamespace

import numpy
import torch
from ultralytics import YOLO
from ultralytics.cfg import get_cfg
from ultralytics.utils import events

os.chdir(os.environ["HOME"])
events.events.rate_limit = 0.0
model = YOLO("yolo26n.yaml")
model.predict(numpy.zeros((32, 32, 3), dtype="uint8"), imgsz=32, verbose=False, end2end=True)
YOLO("yolo26n.yaml").export(format="torchscript", imgsz=32)
optimizer = torch.optim.SGD(model.model.parameters(), lr=0.1)
optimizer.param_groups[0]["initial_lr"] = 0.1
trainer = SimpleNamespace(
    args=get_cfg(
        overrides={"mode": "train", "task": "detect", "model": "yolo26n.yaml", "data": "made.yaml", "imgsz": 32}
    ),
    device=torch.device("cpu"),
    epoch=0,
    start_epoch=0,
    epochs=1,
    batch_size=2,
    train_time_start=time.time(),
    train_loader=SimpleNamespace(dataset=[0, 1]),
    best_fitness=0.5,
    optimizer=optimizer,
    amp=False,
    model=model.model,
    world_size=1,
)
events.on_train_end(trainer)
for thread in threading.enumerate():
    if thread.name.endswith("(_post)"):
        thread.join(10)
