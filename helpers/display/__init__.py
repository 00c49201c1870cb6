"""Pictures, pages and widgets: `figures` draw, `report` tells, the files here put it on a page."""
