import ssl

import aiohttp
import httpx
import requests


def clients(context, verify):
    # ok: certificate-check-lowered
    context.verify_mode = ssl.CERT_REQUIRED
    # ok: certificate-check-lowered
    aiohttp.TCPConnector(ssl=context)
    # ok: certificate-check-lowered
    httpx.Client(verify=verify)
    # ok: certificate-check-lowered
    context.verify = False
    # ruleid: certificate-check-lowered
    context.check_hostname = False
    # ruleid: certificate-check-lowered
    context.verify_mode = ssl.CERT_NONE
    # ruleid: certificate-check-lowered
    aiohttp.TCPConnector(ssl=False)
    session = requests.Session()
    # ruleid: certificate-check-lowered
    session.verify = False
    # ruleid: certificate-check-lowered
    return httpx.Client(verify=False)
