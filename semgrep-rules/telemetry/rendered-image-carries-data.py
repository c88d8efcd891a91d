def answer(text, question, width):
    # ok: rendered-image-carries-data
    plain = f"![logo](https://img.example.org/logo.png) {text}"
    # ok: rendered-image-carries-data
    link = f"see https://docs.example.org/search?q={question}"
    # ok: rendered-image-carries-data
    local = f"![plot](http://localhost:8000/plot.png?w={width})"
    # ruleid: rendered-image-carries-data
    leak = f"{text} ![ ](https://img.example.org/pixel.png?q={question})"
    # ruleid: rendered-image-carries-data
    return plain + link + local + leak + f"<img src='https://img.example.org/p.gif?q={question}'>"
