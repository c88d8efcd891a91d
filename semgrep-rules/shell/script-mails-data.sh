# ok: script-mails-data
apt-get install -y mailutils
# ok: script-mails-data
git config user.email bot@example.org
# ruleid: script-mails-data
mail -s "run done" team@example.org < run.log
# ruleid: script-mails-data
cat run.log | sendmail team@example.org
