package post

import (
	"fmt"
	"strings"
	"time"
)

// Dates, as authors write them. Three orders are read, each with or without a clock and a zone:
//
//	2020-10-02 6:10:47 +07:00       year first, with - or / or .
//	Oct 2nd, 2020 · Fri Oct 02 2020 06:10:47 GMT+0700 · 2 October 2020 · October 2020
//	05/26/2014 · 26.05.2014         only where one of the two numbers cannot be a month
//
// Where no zone is written the site's holds. Nothing is guessed and nothing rolls over: 02/03/2020, 2017-02-29 and
// 13:017 are refused, with a word on what to type.

// dateError is why a date cannot be read.
type dateError struct{ what, hint string }

// readDate reads s. A date without a zone is in zone; one without a clock is midnight.
func readDate(s string, zone *time.Location) (time.Time, *dateError) {
	s = strings.NewReplacer("\u00A0", " ", "\u202F", " ", "\u2009", " ", "\uFEFF", "").Replace(trim(s))
	s = strings.Trim(s, " '\"")
	r := dateReader{cursor: cursor{s: s}, zone: zone}
	if len(s) > 100 || !r.read() {
		return time.Time{}, &dateError{fmt.Sprintf("cannot read %q", clip(s, 60)), "write " + r.suggest()}
	}
	if !isDay(r.year, r.month, r.day) {
		return time.Time{}, &dateError{fmt.Sprintf("no calendar has the day %q", s), "write " + r.suggest()}
	}
	return time.Date(r.year, time.Month(r.month), r.day, r.hour, r.minute, r.second, r.nano, r.zone), nil
}

// clip returns s, cut where it is longer than n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// dateReader reads one date into its numbers.
type dateReader struct {
	cursor
	year, month, day           int
	hour, minute, second, nano int
	zone                       *time.Location
}

// read takes the whole text, and reports whether it was a date.
func (r *dateReader) read() bool {
	if r.clockFirst() {
		r.blanks()
		return r.anyOrder() && r.done()
	}
	return r.anyOrder() && r.tail()
}

// clockFirst takes a clock that stands before the date: 13:34 05/26/2014.
func (r *dateReader) clockFirst() bool {
	first := strings.IndexAny(r.s, " T")
	colon := strings.IndexByte(r.s, ':')
	return colon > 0 && colon <= 2 && first > colon && r.clock()
}

// anyOrder takes a day in one of the orders.
func (r *dateReader) anyOrder() bool {
	switch start := r.at; {
	case r.yearFirst():
		return true
	case r.restart(start) && r.yearLast():
		return true
	case r.restart(start) && r.dayName() && r.monthName():
		return true
	case r.restart(start) && r.dayName() && r.dayMonthName():
		return true
	}
	return false
}

// restart goes back to at; it is always true.
func (r *dateReader) restart(at int) bool {
	r.at = at
	return true
}

// yearFirst takes 2020-10-02, 2020/10/2, 2020.10.02, and 2020-10 for its first day.
func (r *dateReader) yearFirst() (ok bool) {
	if r.year, ok = r.digits(4, 4); !ok {
		return false
	}
	between := r.peek()
	if !r.oneOf("-/.") {
		return false
	}
	if r.month, ok = r.digits(1, 2); !ok {
		return false
	}
	if r.done() && between == '-' {
		r.day = 1
		return true
	}
	if !r.accept(between) {
		return false
	}
	r.day, ok = r.digits(1, 2)
	return ok
}

// yearLast takes 05/26/2014 and 26.05.2014, where only one of the two first numbers can be a month.
func (r *dateReader) yearLast() bool {
	first, ok := r.digits(1, 2)
	between := r.peek()
	if !ok || !r.oneOf("-/.") {
		return false
	}
	second, ok := r.digits(1, 2)
	if !ok || !r.accept(between) {
		return false
	}
	if r.year, ok = r.digits(4, 4); !ok {
		return false
	}
	r.day, r.month = first, second
	if second > 12 {
		r.day, r.month = second, first
	}
	return first > 12 || second > 12 || first == second
}

// dayName takes the name of a day of the week, where one stands; it is always true.
func (r *dateReader) dayName() bool {
	start := r.at
	name := r.word()
	for _, day := range [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		if len(name) >= 3 && strings.HasPrefix(day, name) || name == "tues" || name == "thurs" {
			r.oneOf(".")
			r.oneOf(",")
			r.blanks()
			return true
		}
	}
	return r.restart(start)
}

// months by their number.
var months = [...]string{1: "january", "february", "march", "april", "may", "june", "july", "august", "september",
	"october", "november", "december"}

// monthWord takes the name of a month, written out or its first three letters.
func (r *dateReader) monthWord() bool {
	name := r.word()
	for i, month := range months {
		if len(name) >= 3 && strings.HasPrefix(month, name) && (len(name) == 3 || name == month || name == "sept") {
			r.month = i
			r.oneOf(".")
			return true
		}
	}
	return false
}

// monthName takes October 2, 2020 · Oct 2nd 2020 · October 2020, and Oct 2 06:10:47 2020 with the clock inside.
func (r *dateReader) monthName() (ok bool) {
	if !r.monthWord() {
		return false
	}
	r.oneOf(",-")
	r.blanks()
	if r.year, ok = r.digits(4, 4); ok {
		r.day = 1
		return r.done()
	}
	if !r.ordinal() {
		return false
	}
	r.oneOf(",-")
	r.blanks()
	if r.year, ok = r.digits(4, 4); ok {
		return true
	}
	return r.clock() && r.zoneBefore() && r.yearAtEnd()
}

// zoneBefore takes a zone that stands between the clock and the year, where there is one; it is always true.
func (r *dateReader) zoneBefore() bool {
	start := r.at
	r.blanks()
	if !r.offset() || r.peek() != ' ' {
		r.at = start
	}
	return true
}

// yearAtEnd takes a year that ends the text, perhaps with an offset behind it.
func (r *dateReader) yearAtEnd() (ok bool) {
	r.blanks()
	r.year, ok = r.digits(4, 4)
	return ok
}

// dayMonthName takes 2 October 2020, 2nd of Oct, 2020 and 02-Oct-2020.
func (r *dateReader) dayMonthName() (ok bool) {
	if !r.ordinal() {
		return false
	}
	r.oneOf("-.")
	r.blanks()
	if start := r.at; r.word() != "of" {
		r.at = start
	}
	r.blanks()
	if !r.monthWord() {
		return false
	}
	r.oneOf(",-")
	r.blanks()
	r.year, ok = r.digits(4, 4)
	return ok
}

// ordinal takes 2, 02, 2nd.
func (r *dateReader) ordinal() (ok bool) {
	if r.day, ok = r.digits(1, 2); !ok {
		return false
	}
	start := r.at
	switch r.word() {
	case "st", "nd", "rd", "th":
	default:
		r.at = start
	}
	return true
}

// isDay reports whether the calendar has the day.
func isDay(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 || year < 1 {
		return false
	}
	return day <= time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// suggest returns a date that would be read, as close to what was written as can be told.
func (r *dateReader) suggest() string {
	for _, order := range [...][3]int{{r.year, r.month, r.day}, {r.year, r.day, r.month}} {
		if isDay(order[0], order[1], order[2]) {
			return fmt.Sprintf("%04d-%02d-%02d", order[0], order[1], order[2])
		}
	}
	return "it like 2020-10-02 or 2020-10-02 06:10:47 +07:00"
}
