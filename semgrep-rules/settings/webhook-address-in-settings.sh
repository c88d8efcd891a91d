# ok: webhook-address-in-settings
curl "$WEBHOOK" -d "{}"
# ruleid: webhook-address-in-settings
curl 'https://open.feishu.cn/open-apis/bot/v2/hook/0a1b' -d "{}"
