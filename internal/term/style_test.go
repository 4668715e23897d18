package term

import "testing"

func TestStyleSwitches(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{"", "", ""},
		{"", "1;38;5;117", "\x1b[1;38;5;117m"},
		{"38;5;117", "1;38;5;117", "\x1b[1m"},
		{"1;38;5;117", "38;5;117", "\x1b[0;38;5;117m"},
		{"1;31", "", "\x1b[m"},
		{"31", "32", "\x1b[32m"},
		{"1;31", "1;31;44", "\x1b[44m"},
		{"", "91;102", "\x1b[91;102m"},
		{"", "38;5;9", "\x1b[91m"},
		{"", "38;2;1;2;3", "\x1b[38;2;1;2;3m"},
		{"", "38:2::1:2:3", "\x1b[38;2;1;2;3m"},
		{"", "38:5:200;4:3", "\x1b[4:3;38;5;200m"},
		{"4:3", "4", "\x1b[4m"},
		{"4;58;5;1", "4", "\x1b[0;4m"},
		{"1;2;22;3;23;4;24;7;27;9;29;53;55;31;39;41;49", "", ""},
		{"", "1;0;3", "\x1b[3m"},
		{"", "1;;3", "\x1b[3m"},
		{"", "38;5", ""},
		{"", "38;5;300", ""},
		{"", "999;1", "\x1b[1m"},
	}
	for _, test := range tests {
		from, to := style{}.after(test.from), style{}.after(test.to)
		if test.from == "" {
			from = style{}
		}
		if test.to == "" {
			to = style{}
		}
		if got := string(to.appendSwitch(nil, from)); got != test.want {
			t.Errorf("from %q to %q: got %q, want %q", test.from, test.to, got, test.want)
		}
	}
}

func TestStepsDoNotCrossTheRowsThatScroll(t *testing.T) {
	p := painter{scratch: new(scratch), top: 3, bottom: 6, width: 80, height: 24}
	for _, rows := range [][2]int{{1, 4}, {4, 1}, {5, 8}, {8, 5}, {1, 8}, {8, 1}} {
		p.begin()
		p.cursor.X, p.cursor.Y = 5, rows[0]
		p.moveTo(5, rows[1])
		if out := string(p.out); out[len(out)-1] != 'H' {
			t.Errorf("from row %d to %d: %q", rows[0], rows[1], out)
		}
	}
}
