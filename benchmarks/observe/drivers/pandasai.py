"""A question to a data frame with a model that answers by itself; the server of the vendor is asked for with a key."""

import pandas
from pandasai import SmartDataframe
from pandasai.llm.fake import FakeLLM

frame = SmartDataframe(
    pandas.DataFrame({"a": [1]}),
    config={
        "llm": FakeLLM(output="result = {'type': 'number', 'value': 1}"),
        "save_logs": False,
        "enable_cache": False,
    },
)
print(frame.chat("How many?"))
