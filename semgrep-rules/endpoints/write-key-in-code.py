import os

import posthog
import sentry_sdk
from posthog import Posthog

# ok: write-key-in-code
Posthog(os.environ["POSTHOG_KEY"])
# ok: write-key-in-code
sentry_sdk.init(dsn=os.environ.get("SENTRY_DSN"))
# ok: write-key-in-code
posthog.project_api_key = ""
# ruleid: write-key-in-code
Posthog("phc_0123456789abcdef", host="https://eu.i.example.org")
# ruleid: write-key-in-code
posthog.project_api_key = "phc_0123456789abcdef"
# ruleid: write-key-in-code
sentry_sdk.init(dsn="https://0123456789abcdef@errors.example.org/1")
