# ok: tunnel-address-in-code
HOME = "https://ngrok.com/docs"
# ok: tunnel-address-in-code
NOTE = "start it with ngrok.io and wait"
# ok: tunnel-address-in-code
LOCAL = "http://localhost:7860"
# ruleid: tunnel-address-in-code
SERVER = "https://ab12-34.ngrok-free.app/api"
# ruleid: tunnel-address-in-code
API = "https://blue-lake.trycloudflare.com"
