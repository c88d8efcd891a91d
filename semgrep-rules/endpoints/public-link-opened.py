import gradio as gr


def serve(demo, options):
    # ok: public-link-opened
    demo.launch()
    # ok: public-link-opened
    demo.launch(share=False)
    # ok: public-link-opened
    demo.launch(share=options.share)
    # ok: public-link-opened
    demo.configure(share=True)
    # ruleid: public-link-opened
    demo.launch(server_port=7860, share=True)
    # ruleid: public-link-opened
    demo.queue().launch(share=True)
