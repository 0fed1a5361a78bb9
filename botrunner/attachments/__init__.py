"""Files that people attach: what of them a reply is made from."""
