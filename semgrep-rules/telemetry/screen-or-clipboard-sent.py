import pyautogui
import pyperclip
import requests
from PIL import ImageGrab


def look(url):
    # ok: screen-or-clipboard-sent
    print(pyperclip.paste())
    # ok: screen-or-clipboard-sent
    ImageGrab.grab().save("screen.png")
    # ok: screen-or-clipboard-sent
    requests.post(url, json={"size": pyautogui.size()})
    # ruleid: screen-or-clipboard-sent
    requests.post(url, json={"text": pyperclip.paste()})
    picture = ImageGrab.grab()
    # ruleid: screen-or-clipboard-sent
    requests.post(url, data=picture.tobytes())
