"""An app is built and launched; the command line for components reports its use."""

import json
import os
import threading

import gradio as gr
from gradio import analytics

given = json.loads(os.environ.get("OBSERVE_ARGUMENTS", "{}"))
app = gr.Interface(lambda text: text, "text", "text", **given)
with gr.Blocks(**given) as blocks:
    gr.Textbox()
for one in (app, blocks):
    one.launch(prevent_thread_lock=True, quiet=True)
    one.integrate(wandb=None)
    one.close()
analytics.custom_component_analytics("build", None, None, None, None)
analytics.vibe_analytics()
for thread in threading.enumerate():
    if thread is not threading.current_thread() and not thread.daemon:
        thread.join(10)
