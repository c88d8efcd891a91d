# ok: page-counter
LOCAL = '<img src="static/scarf.png">'
# ok: page-counter
NOTE = "see https://docs.scarf.sh/ and gtag"
# ruleid: page-counter
PIXEL = '<p><img src="https://static.scarf.sh/a.png?x-pxid=1"></p>'
# ruleid: page-counter
TAGS = "<script async src='https://www.googletagmanager.com/gtag/js?id=G-1'></script>"
# ruleid: page-counter
COUNTER = '<script src="https://www.google-analytics.com/analytics.js"></script>'
