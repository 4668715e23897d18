package render

// tableTag handles the tags of tables and reports whether t is one. A table is set when it ends, or with its block.
func (l *typesetter) tableTag(p *para, t tag) bool {
	h := &l.html
	switch t.name {
	case "table":
		switch {
		case t.end:
			l.endTable()
		case h.table == nil:
			l.flush(p)
			h.table = &grid{}
		}
	case "tr":
		l.endCell()
		if h.table != nil && !t.end {
			h.table.rows = append(h.table.rows, nil)
		}
	case "td", "th":
		l.endCell()
		if h.table != nil && !t.end {
			l.startCell(t)
		}
	case "thead", "tbody", "tfoot", "colgroup", "col":
	default:
		return false
	}
	return h.table != nil || t.name == "table"
}

// startCell starts a cell of the last row.
func (l *typesetter) startCell(t tag) {
	g := l.html.table
	if len(g.rows) == 0 {
		g.rows = append(g.rows, nil)
	}
	if t.name == "th" && len(g.rows) == 1 {
		g.marked = true
	}
	l.html.cell = &para{}
}

// endCell puts the open cell into its row.
func (l *typesetter) endCell() {
	h := &l.html
	if h.cell == nil {
		return
	}
	l.closeInline(h.cell, 0)
	h.cell.trim()
	last := len(h.table.rows) - 1
	if len(h.table.rows[last]) < maxColumns {
		h.table.rows[last] = append(h.table.rows[last], h.cell)
	} else {
		appendPara(h.table.rows[last][maxColumns-1], h.cell)
	}
	h.cell = nil
}

// endTable sets the table that was read.
func (l *typesetter) endTable() {
	l.endCell()
	g := l.html.table
	l.html.table = nil
	if g == nil {
		return
	}
	rows := g.rows[:0]
	for _, row := range g.rows {
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	g.rows = rows
	if g.measure(); len(g.width) == 0 {
		return
	}
	l.space(1)
	if l.shape.plain {
		l.spokenTable(g)
	} else {
		l.gridRows(g)
	}
	l.space(1)
}
