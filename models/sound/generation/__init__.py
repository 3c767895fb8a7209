"""Text to audio by rules: sounds and music that are computed from a description, not recorded and not sampled.

text ─▶ reader ─▶ Scene (layers: source, when, how loud, where, how) ─▶ mixer ─▶ WAV
                                                 └ sources by family: streams of grains
"""
