from transformers import TrainingArguments

# ok: trainer-reports-to-service
TrainingArguments("out", report_to="none")
# ok: trainer-reports-to-service
TrainingArguments("out", report_to=["tensorboard"])
# ok: trainer-reports-to-service
print("report_to='wandb'")
# ruleid: trainer-reports-to-service
TrainingArguments("out", report_to="wandb")
# ruleid: trainer-reports-to-service
TrainingArguments("out", report_to=["tensorboard", "clearml"])
