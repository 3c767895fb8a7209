"""The names of what can be measured. Imports nothing, for the command line."""

CAPABILITIES = (
    "transcribe_speech",
    "translate_speech",
    "transfer_style",
    "enhance_speech",
    "separate_speech",
    "make_binaural",
    "inpaint_audio",
    "extract_sound",
    "detect_sounds",
    "detect_target_sound",
    "make_talking_head",
    "synthesize_speech",
    "caption_audio",
    "generate_audio",
    "image_to_audio",
    "sing",
)
"""The rows of the paper's Table 1 and target sound detection, by their names in the catalogue of tasks."""
