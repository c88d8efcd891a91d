import importlib.util
import runpy
import subprocess
import sys
import urllib.request

from huggingface_hub import hf_hub_download


def data(url, path):
    # ok: downloaded-file-runs
    urllib.request.urlretrieve(url, path)
    # ok: downloaded-file-runs
    return subprocess.run([sys.executable, "convert.py", path])


def local(path):
    # ok: downloaded-file-runs
    return importlib.util.spec_from_file_location("plugin", path)


def fetched(url, path):
    urllib.request.urlretrieve(url, path)
    # ruleid: downloaded-file-runs
    runpy.run_path(path)


def started(url, path):
    urllib.request.urlretrieve(url, path)
    # ruleid: downloaded-file-runs
    subprocess.Popen([sys.executable, path, "--quiet"])


def from_hub(repository):
    path = hf_hub_download(repository, "pipeline.py")
    # ruleid: downloaded-file-runs
    return importlib.util.spec_from_file_location("pipeline", path)
