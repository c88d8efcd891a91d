# ok: script-uploads-to-hub
huggingface-cli download some/model
# ok: script-uploads-to-hub
git clone https://huggingface.co/some/model
# ok: script-uploads-to-hub
ls out  # hf upload some/model
# ruleid: script-uploads-to-hub
huggingface-cli upload some/model ./out
# ruleid: script-uploads-to-hub
hf upload-large-folder some/data ./data --repo-type dataset
# ruleid: script-uploads-to-hub
git push https://user:token@huggingface.co/some/model main
