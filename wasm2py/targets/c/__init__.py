"""The target C: functions that a C compiler makes native."""
