import keras
from keras.models import load_model
from langchain_community.vectorstores import FAISS


def load(folder, embeddings):
    # ok: unsafe-loading-allowed
    FAISS.load_local(folder, embeddings)
    # ok: unsafe-loading-allowed
    load_model("m.keras", safe_mode=True)
    # ok: unsafe-loading-allowed
    keras.config.enable_interactive_logging()
    # ruleid: unsafe-loading-allowed
    load_model("m.keras", safe_mode=False)
    # ruleid: unsafe-loading-allowed
    return FAISS.load_local(folder, embeddings, allow_dangerous_deserialization=True)
