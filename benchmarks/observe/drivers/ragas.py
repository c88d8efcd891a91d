"""An evaluation without a model, and one event of each kind that needs a model, as the package makes them."""

import time

from ragas import EvaluationDataset, SingleTurnSample, _analytics, evaluate
from ragas.metrics import ExactMatch

sample = SingleTurnSample(user_input="a", response="b", reference="b")
evaluate(EvaluationDataset([sample]), metrics=[ExactMatch()], show_progress=False)
_analytics.track(_analytics.LLMUsageEvent(provider="none", model="none", llm_type="factory"))
_analytics.track(_analytics.EmbeddingUsageEvent(provider="none", model="none", embedding_type="modern"))
_analytics.track(_analytics.PromptUsageEvent(prompt_type="simple"))
_analytics.track(_analytics.IsCompleteEvent(event_type="observe"))
time.sleep(1)
