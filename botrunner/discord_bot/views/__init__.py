"""Buttons, menus, forms and pages that people use in Discord."""
