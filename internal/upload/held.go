package upload

import "fmt"

// What one sftp client has open is held in memory, within bounds: handles by take and give, bytes by hold and release.
// Nothing keeps bytes for a client that has not asked hold for them.

// listed is about what one file of an open listing takes, in bytes.
const listed = 256

// take counts a new handle.
func (d *desk) take() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open >= maxOpen {
		return fmt.Errorf("more than %d files open", maxOpen)
	}
	d.open++
	return nil
}

// takeWith counts a new handle that holds n bytes.
func (d *desk) takeWith(n int) error {
	if err := d.take(); err != nil {
		return err
	}
	if err := d.hold(n); err != nil {
		d.give()
		return err
	}
	return nil
}

// give gives a handle back.
func (d *desk) give() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
}

// hold makes room for n more bytes, or returns why there is none.
func (d *desk) hold(n int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.holdLocked(n)
}

func (d *desk) holdLocked(n int) error {
	if n > 0 && d.held+int64(n) > maxHeld {
		return fmt.Errorf("the files that you have open, or half written, are more than %d MiB together; close some first", maxHeld>>20)
	}
	d.held += int64(n)
	return nil
}

// release gives n bytes back.
func (d *desk) release(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held -= int64(n)
}
