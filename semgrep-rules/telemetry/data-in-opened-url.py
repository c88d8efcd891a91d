import webbrowser


def open_all(port, title):
    # ok: data-in-opened-url
    webbrowser.open("https://docs.example.org/")
    # ok: data-in-opened-url
    webbrowser.open(f"http://localhost:{port}/?a={title}")
    # ruleid: data-in-opened-url
    webbrowser.open(f"https://forms.example.org/new?title={title}")
