import sentry_sdk

# ok: error-reports-carry-personal-data
sentry_sdk.init(dsn="https://public@errors.example.org/1")
# ok: error-reports-carry-personal-data
sentry_sdk.init(dsn="https://public@errors.example.org/1", send_default_pii=False)
# ruleid: error-reports-carry-personal-data
sentry_sdk.init(dsn="https://public@errors.example.org/1", send_default_pii=True)
# ruleid: error-reports-carry-personal-data
sentry_sdk.init("https://public@errors.example.org/1", max_request_body_size="always")
