package picture

import "encoding/binary"

// turning is how a camera was held, as the Exif tag Orientation has it.
type turning uint8

const upright turning = 1

// sideways reports whether width and height change places.
func (t turning) sideways() bool { return t >= 5 }

// apply returns g as it is to be looked at.
func (t turning) apply(g grid) grid {
	if t <= upright || t > 8 {
		return g
	}
	to := grid{g.width, g.height, make([]byte, len(g.rgb))}
	if t.sideways() {
		to.width, to.height = g.height, g.width
	}
	for y := range to.height {
		for x := range to.width {
			fx, fy := t.from(x, y, g.width-1, g.height-1)
			copy(to.rgb[3*(y*to.width+x):], g.rgb[3*(fy*g.width+fx):3*(fy*g.width+fx)+3])
		}
	}
	return to
}

// from returns which point of a picture, whose last one is right, bottom, is to be seen at x, y.
func (t turning) from(x, y, right, bottom int) (int, int) {
	switch t {
	case 2:
		return right - x, y
	case 3:
		return right - x, bottom - y
	case 4:
		return x, bottom - y
	case 5:
		return y, x
	case 6:
		return y, bottom - x
	case 7:
		return right - y, bottom - x
	case 8:
		return right - y, x
	}
	return x, y
}

// segments calls do with each marker of a JPEG file and what it holds, up to the picture itself, while do returns true.
func segments(data []byte, do func(marker byte, holds []byte) bool) {
	for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
		marker := data[at+1]
		if marker == 0xFF { // they may be padded
			at++
			continue
		}
		if marker == 0 || marker >= 0xD0 && marker <= 0xD9 { // these hold nothing, and have no place here
			return
		}
		n := int(binary.BigEndian.Uint16(data[at+2:]))
		if n < 2 || at+2+n > len(data) || !do(marker, data[at+4:at+2+n]) {
			return
		}
		at += 2 + n
	}
}

// isProgressive reports whether a JPEG file comes in several scans. Where it cannot be told it may be.
func isProgressive(data []byte) bool {
	progressive := true
	segments(data, func(marker byte, _ []byte) bool {
		switch marker {
		case 0xC0, 0xC1:
			progressive = false
			return false
		case 0xC2, 0xDA:
			return false
		}
		return true
	})
	return progressive
}

// orientation returns how the camera was held that made a JPEG file.
func orientation(data []byte) turning {
	found := upright
	segments(data, func(marker byte, holds []byte) bool {
		const head = "Exif\x00\x00"
		if marker == 0xE1 && len(holds) > len(head) && string(holds[:len(head)]) == head {
			found = exifOrientation(holds[len(head):])
			return false
		}
		return marker != 0xDA
	})
	return found
}

// exifOrientation reads the tag Orientation of the first directory of a TIFF file.
func exifOrientation(tiff []byte) turning {
	const tag, size = 0x0112, 12
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < size {
			break
		}
		if order.Uint16(entries) == tag {
			if t := turning(order.Uint16(entries[8:])); t >= upright && t <= 8 {
				return t
			}
			break
		}
		entries = entries[size:]
	}
	return upright
}
