"""The paper's section 4, made automatic: are requests understood, and what becomes of those that are hard."""
