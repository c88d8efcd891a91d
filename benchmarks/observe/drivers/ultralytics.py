"""A model made from its configuration predicts, is exported and trained on two made pictures."""

import os
import threading
import time
from pathlib import Path

import numpy
from PIL import Image
from ultralytics import YOLO
from ultralytics.utils import events

events.events.rate_limit = 0.0
home = Path(os.environ["HOME"])
model = YOLO("yolo11n-cls.yaml")
model.predict(numpy.zeros((32, 32, 3), dtype="uint8"), imgsz=32, verbose=False)
for part in ("train", "val"):
    for kind in ("a", "b"):
        folder = home / "pictures" / part / kind
        folder.mkdir(parents=True)
        for number in range(2):
            Image.new("RGB", (32, 32), (number * 90, 10, 10)).save(folder / f"{number}.png")
YOLO("yolo11n-cls.yaml").train(
    data=str(home / "pictures"), epochs=1, imgsz=32, batch=2, workers=0, device="cpu", amp=False, plots=False, verbose=False
)
for thread in threading.enumerate():
    if thread.name.endswith("(_post)"):
        thread.join(10)
time.sleep(1)
