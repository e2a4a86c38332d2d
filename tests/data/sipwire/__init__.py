# SPDX-License-Identifier: Apache-2.0
"""Packets, SIP messages, media and capture files, byte by byte, from the standard library alone."""
