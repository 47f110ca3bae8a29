"""Responses, HTTP clients and the streaming calls."""
