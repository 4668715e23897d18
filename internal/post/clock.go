package post

import (
	"strings"
	"time"
)

// tail takes what may stand behind a day: a clock and a zone.
func (r *dateReader) tail() bool {
	if r.done() {
		return true
	}
	r.oneOf(",")
	between := r.at
	r.blanks()
	if start := r.at; r.word() != "at" {
		r.at = start
	}
	r.oneOf("Tt")
	r.blanks()
	if r.at == between {
		return false
	}
	if before := *r; !r.clock() {
		*r = before
	}
	r.blanks()
	return r.done() || r.offset() && r.comment()
}

// clock takes 6:10, 06:10:47, 06:10:47.000 and 6:10 pm.
func (r *dateReader) clock() (ok bool) {
	if r.hour, ok = r.digits(1, 2); !ok || !r.accept(':') {
		return false
	}
	if r.minute, ok = r.digits(2, 2); !ok {
		return false
	}
	if r.accept(':') {
		if r.second, ok = r.digits(2, 2); !ok {
			return false
		}
	}
	if r.oneOf(".,") && !r.fraction() {
		return false
	}
	return r.half() && r.hour < 24 && r.minute < 60 && r.second < 60
}

// fraction takes the digits behind a second.
func (r *dateReader) fraction() bool {
	start, scale := r.at, int(time.Second)/10
	r.nano = 0
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		r.nano += int(c-'0') * scale
		scale /= 10
		r.at++
	}
	return r.at > start
}

// half takes am or pm, where it stands, and reports whether the hour fits.
func (r *dateReader) half() bool {
	start := r.at
	r.blanks()
	half := r.word()
	if half != "am" && half != "pm" {
		return r.restart(start)
	}
	if r.hour < 1 || r.hour > 12 {
		return false
	}
	r.hour %= 12
	if half == "pm" {
		r.hour += 12
	}
	return true
}

// zones are the names of zones that have one meaning, as RFC 2822 or their people have it, by their hours from UTC.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
	"akst": -9, "akdt": -8, "hst": -10, "wet": 0, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "sgt": 8,
	"hkt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}

// offset takes a zone: Z, UTC, EST, +07:00, +0700, -4, GMT+0700.
func (r *dateReader) offset() bool {
	name := r.word()
	hours, known := zones[name]
	if name != "" && !known {
		return false
	}
	if name != "" && (hours != 0 || r.peek() != '+' && r.peek() != '-') {
		r.zone = fixedZone(hours * 3600)
		return true
	}
	sign := 1
	if r.peek() == '-' {
		sign = -1
	}
	if !r.oneOf("+-") {
		return false
	}
	return r.hoursMinutes(sign)
}

// hoursMinutes takes 07:00, 0700, 07, 7 and 7:00.
func (r *dateReader) hoursMinutes(sign int) bool {
	hours, ok := r.digits(1, 2)
	minutes := 0
	switch {
	case !ok:
		if hours, ok = r.digits(4, 4); !ok {
			return false
		}
		hours, minutes = hours/100, hours%100
	case r.accept(':'):
		if minutes, ok = r.digits(2, 2); !ok {
			return false
		}
	}
	if hours > 23 || minutes > 59 {
		return false
	}
	r.zone = fixedZone(sign * (hours*3600 + minutes*60))
	return true
}

// fixedZone returns the zone that is seconds from UTC.
func fixedZone(seconds int) *time.Location {
	if seconds == 0 {
		return time.UTC
	}
	return time.FixedZone("", seconds)
}

// comment takes the name of the zone that JavaScript writes in parentheses, and reports whether the text ends there.
func (r *dateReader) comment() bool {
	r.blanks()
	if r.accept('(') {
		end := strings.IndexByte(r.rest(), ')')
		r.at += end + 1
		return end >= 0 && r.done()
	}
	return r.done()
}
