# ok: paste-site-in-code
DOCS = "https://pastebin.com/faq"
# ok: paste-site-in-code
PROFILE = "https://profile.io/x"
# ok: paste-site-in-code
NOTE = "upload it to transfer.sh by hand"
# ruleid: paste-site-in-code
DROP = "https://transfer.sh/run.log"
# ruleid: paste-site-in-code
PASTE = "https://pastebin.com/api/api_post.php"
# ruleid: paste-site-in-code
STORE = "https://0x0.st"
