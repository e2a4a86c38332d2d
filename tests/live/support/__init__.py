# SPDX-License-Identifier: Apache-2.0
"""What the live tests share: the agent, captures with their truth, frames, and what the kernel holds."""
