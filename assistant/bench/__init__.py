"""Measurements that anybody can repeat: `assistant bench latency|asr|idle`."""
