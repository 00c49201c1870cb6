"""All that is asked of one machine in one go, part by part: docs/gpu.md."""
