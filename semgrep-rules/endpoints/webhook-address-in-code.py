"""Posts to https://hooks.slack.com/services/T0/B0/x when asked to."""

# ok: webhook-address-in-code
HELP = "https://api.slack.com/messaging/webhooks"
# ok: webhook-address-in-code
DOCS = "see https://open.feishu.cn/open-apis/bot/v2/hook/x"
# ok: webhook-address-in-code
HOST = "https://discord.com/invite/abc"
# ruleid: webhook-address-in-code
SLACK = "https://hooks.slack.com/services/T0/B0/x"
# ruleid: webhook-address-in-code
LARK = "https://open.feishu.cn/open-apis/bot/v2/hook/x"
# ruleid: webhook-address-in-code
DING = "https://oapi.dingtalk.com/robot/send?access_token=x"
# ruleid: webhook-address-in-code
BOT = "https://api.telegram.org/bot" + "x" + "/sendMessage"
