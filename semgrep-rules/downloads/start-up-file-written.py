import os


def write(folder, text):
    # ok: start-up-file-written
    open(os.path.expanduser("~/.bashrc")).read()
    # ok: start-up-file-written
    open(os.path.join(folder, "settings.py"), "w").write(text)
    # ruleid: start-up-file-written
    open(os.path.join(folder, "sitecustomize.py"), "w").write(text)
    # ruleid: start-up-file-written
    with open(os.path.expanduser("~/.bashrc"), "a") as file:
        file.write(text)
