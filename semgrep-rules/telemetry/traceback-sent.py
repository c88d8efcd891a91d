import logging
import traceback

import requests


def run(job, url):
    try:
        job()
    except Exception as error:
        # ok: traceback-sent
        logging.error(traceback.format_exc())
        # ok: traceback-sent
        requests.post(url, json={"type": type(error).__name__})
        # ruleid: traceback-sent
        requests.post(url, json={"trace": traceback.format_exc()})
        text = "".join(traceback.format_exception(error))
        # ruleid: traceback-sent
        requests.post(url, data=text)
