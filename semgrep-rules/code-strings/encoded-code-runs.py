import base64
import subprocess
import sys
import zlib

# ok: encoded-code-runs
PAYLOAD = base64.b64decode("cHJpbnQoMSk=")
# ok: encoded-code-runs
print(zlib.decompress(PAYLOAD))


def readable(model, text):
    # ok: encoded-code-runs
    model.eval(base64.b64decode(text))
    # ok: encoded-code-runs
    exec("print(1)")


def hidden(text):
    code = zlib.decompress(base64.b64decode(text)).decode()
    # ruleid: encoded-code-runs
    exec(code)


def beside(text):
    # ruleid: encoded-code-runs
    exec(compile(base64.b64decode(text), "<string>", "exec"))
    # ruleid: encoded-code-runs
    subprocess.Popen([sys.executable, "-c", bytes.fromhex(text).decode()])
