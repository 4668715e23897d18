package picture

// Album is the pictures of one post, by their addresses as the post has them. It never changes once it is shared; the nil
// Album has none.
type Album struct{ byAddress map[string]*Picture }

// NewAlbum returns the album of the pictures in byAddress, nil where there are none.
func NewAlbum(byAddress map[string]*Picture) *Album {
	if len(byAddress) == 0 {
		return nil
	}
	return &Album{byAddress}
}

// Find returns the picture at address, nil for none.
func (a *Album) Find(address string) *Picture {
	if a == nil {
		return nil
	}
	return a.byAddress[address]
}

// Bytes returns how much memory the pictures take, roughly.
func (a *Album) Bytes() int {
	if a == nil {
		return 0
	}
	n := 0
	for _, p := range a.byAddress {
		n += p.Bytes()
	}
	return n
}

// Equal reports whether two albums have the same pictures.
func (a *Album) Equal(b *Album) bool {
	if a == nil || b == nil {
		return a == b
	}
	if len(a.byAddress) != len(b.byAddress) {
		return false
	}
	for address, p := range a.byAddress {
		if b.byAddress[address] != p {
			return false
		}
	}
	return true
}
