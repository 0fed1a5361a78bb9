"""Engines that search memories."""
