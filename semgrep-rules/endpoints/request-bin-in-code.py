# ok: request-bin-in-code
DOCS = "never send data to webhook.site"
# ok: request-bin-in-code
HOOK = "https://webhook.example.org/in"
# ok: request-bin-in-code
name = "interact"
# ruleid: request-bin-in-code
BIN = "https://webhook.site/0a1b"
# ruleid: request-bin-in-code
OAST = "x.oast.fun"
# ruleid: request-bin-in-code
PIPE = "https://eo1.m.pipedream.net"
