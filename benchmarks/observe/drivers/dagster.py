"""The command line executes a job, which writes an event to the log; the uploader sends the log."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from dagster._core.telemetry_upload import upload_logs

home = Path(os.environ["DAGSTER_HOME"])
home.mkdir(parents=True, exist_ok=True)
job = home / "one_job.py"
job.write_text("import dagster\n\n@dagster.op\ndef one(): pass\n\n@dagster.job\ndef only(): one()\n")
subprocess.run([sys.executable, "-m", "dagster", "job", "execute", "-f", str(job), "-j", "only"], check=False)
stop = threading.Event()
worker = threading.Thread(target=upload_logs, args=(stop,))
worker.start()
worker.join(10)
stop.set()
worker.join(10)
