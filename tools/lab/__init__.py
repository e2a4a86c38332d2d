# SPDX-License-Identifier: Apache-2.0
"""The laboratory: network namespaces with real SIP stacks in them, shared by the demo and the live tests."""
