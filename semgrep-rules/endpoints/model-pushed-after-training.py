from transformers import TrainingArguments


def arguments(push):
    # ok: model-pushed-after-training
    TrainingArguments("out")
    # ok: model-pushed-after-training
    TrainingArguments("out", push_to_hub=False)
    # ok: model-pushed-after-training
    TrainingArguments("out", push_to_hub=push)
    # ruleid: model-pushed-after-training
    return TrainingArguments("out", push_to_hub=True)
