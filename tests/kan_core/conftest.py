"""Numerics are tested on one thread: small tensors gain nothing from more, and a busy machine makes them wait for each other."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
