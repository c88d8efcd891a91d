LOCAL = {
    "handlers": {
        # ok: log-settings-send
        "file": {"class": "logging.handlers.RotatingFileHandler", "filename": "a.log"},
        # ok: log-settings-send
        "viewer": {"class": "logging.handlers.SocketHandler", "host": "localhost", "port": 9020},
        # ok: log-settings-send
        "loopback": {"class": "logging.handlers.HTTPHandler", "host": "127.0.0.1:8000", "url": "/log"},
    },
}
REMOTE = {
    "handlers": {
        # ruleid: log-settings-send
        "web": {"class": "logging.handlers.HTTPHandler", "host": "logs.example.org", "url": "/in", "secure": True},
        # ruleid: log-settings-send
        "mail": {"level": "ERROR", "class": "logging.handlers.SMTPHandler", "mailhost": "mail.example.org"},
    },
}
