"""The network, and one training of it under chosen switches."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # the framework's chatter is no result
