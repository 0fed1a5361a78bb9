"""What the console's pages share beyond tables: the front page and the navigation.

Each app adds its own figures and notices to the front page with `front.tile`, `front.notices`,
`front.chart` and `front.balances`; the page itself knows no app.
"""
