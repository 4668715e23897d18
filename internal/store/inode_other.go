//go:build !unix

package store

import "io/fs"

// inode returns 0: size and time must do where files have no number.
func inode(fs.FileInfo) uint64 { return 0 }
